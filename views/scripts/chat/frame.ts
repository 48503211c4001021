// The chat itself: in a frame of the casino's page, or a page of its own. It knows one conversation at a time.

import * as answers from './answers'
import { Refused } from './api'
import type { ToFrame, ToPage } from './bridge'
import * as composer from './composer'
import { find } from './dom'
import { elsewhere } from './keep'
import { paintHead, paintList, type View } from './head'
import type { Config, Conversation, Entry, Marks, Player, Queue } from './model'
import * as outbox from './outbox'
import { authorized, forget, leave, player, remembered, renew, useSession, type Who } from './session'
import { follow } from './stream'
import * as timeline from './timeline'
import { speak } from './words'

const config = JSON.parse(find('config').textContent!) as Config
const embedded = config.embedder !== ''

const view: View = { conversations: [], queue: { ahead: null, agents: config.agents }, online: true, typing: '', listing: false }
let open = !embedded
let unfollow: (() => void) | undefined
let answerWho: ((who: Who) => void) | undefined
let typingEnds = 0
let seenAt = 0
let firstTurn = true
let topic: string | undefined
// known means that the player's conversations are: only then a new one is known to be new.
let known = false

const current = () => view.conversations.find((conversation) => conversation.id === view.current)

function tell(message: ToPage) {
  if (embedded) parent.postMessage(message, config.embedder)
}

// Who is chatting

let told: Who | undefined
let asking: Promise<Who> | undefined

function who(): Promise<Who> {
  if (told) { const known = told; told = undefined; return Promise.resolve(known) }
  if (!embedded) {
    // In an app's web view: the app's own function when it has put one there, else what the address brought.
    const own = (window as { Desk?: { identity?: () => Promise<string> } }).Desk?.identity
    if (own) return own().then((jwt): Who => (jwt ? { jwt } : 'nobody'), () => 'unknown')
    const jwt = new URLSearchParams(location.hash.slice(1)).get('identity')
    return Promise.resolve(jwt ? { jwt } : 'nobody')
  }
  asking ??= new Promise<Who>((resolve) => {
    const slow = setTimeout(() => answerWho?.('unknown'), 15e3)
    answerWho = (answer) => { clearTimeout(slow); answerWho = asking = undefined; resolve(answer) }
    tell({ say: 'identify' })
  })
  return asking
}

function identified(answer: Who) {
  if (answerWho) return answerWho(answer)
  // Unasked: somebody has signed in or out in the page.
  void renew(false, answer).catch(() => undefined)
}

let person: string | undefined

function changed(next: Player, conversations?: Conversation[], from?: string) {
  if (person !== next.id) {
    outbox.own(next.id, from === 'visitor')
    if (person && from !== 'visitor') { show(undefined); view.conversations = [] }
    person = next.id
  }
  view.player = next
  if (conversations) take(conversations)
  else void refresh()
  void outbox.run()
}

async function refresh() {
  try {
    const answer = await authorized('/conversations')
    take(((await answer.json()) as { conversations: Conversation[] }).conversations)
  } catch { /* the outbox and the stream say when something is amiss */ }
}

function take(conversations: Conversation[]) {
  view.conversations = conversations
  known = true
  const kept = current() ?? conversations.find((conversation) => conversation.state !== 'resolved' || conversation.unread > 0)
  if (!view.current && kept && !view.starting) show(kept.id)
  else if (kept) update(kept)
  else if (firstTurn) show(undefined)
  paint()
}

// Conversations

function show(id: string | undefined) {
  unfollow?.()
  unfollow = undefined
  view.current = id
  view.listing = false
  view.typing = ''
  view.queue = { ahead: null, agents: config.agents }
  timeline.clear()
  composer.turnTo(id ?? '', firstTurn)
  firstTurn = false
  const conversation = current()
  if (conversation) update(conversation)
  if (id) listen(id)
  paint()
}

function listen(id: string) {
  unfollow?.()
  unfollow = follow(id, {
    after: timeline.last,
    joined: () => void catchUp(id),
    connected: (yes) => { view.online = yes; paint() },
    heard: (event, data) => { if (view.current === id) heard(event, data) },
  })
}

async function catchUp(id: string) {
  for (;;) {
    const answer = await authorized(`/conversations/${id}/entries?after=${timeline.last()}`)
    const { entries, more } = (await answer.json()) as { entries: Entry[]; more: boolean }
    if (view.current !== id) return
    timeline.add(entries, false)
    if (!more) break
  }
  paint()
}

function update(conversation: Conversation) {
  view.queue = conversation.queue
  timeline.mark(conversation.seen)
}

// hold says why nothing can be sent at present; with no reason it can again.
function hold(why: string) {
  view.held = why !== ''
  document.body.classList.toggle('held', view.held)
  find('held').textContent = why
}

function heard(event: string, data: unknown) {
  const conversation = current()
  switch (event) {
    case 'entry': {
      const entry = data as Entry
      timeline.add([entry], Date.parse(entry.at) > Date.now() - 60e3)
      if (entry.author === 'agent') view.typing = ''
      break
    }
    case 'erased':
      timeline.erase((data as { seq: number }).seq)
      break
    case 'typing':
      view.typing = (data as { name: string }).name
      clearTimeout(typingEnds)
      typingEnds = setTimeout(() => { view.typing = ''; paint() }, 6000)
      break
    case 'seen':
      timeline.mark(data as Marks)
      break
    case 'standing':
      hold((data as { held: string }).held)
      break
    case 'queue':
      view.queue = data as Queue
      break
    case 'presence':
      if (conversation) Object.assign(conversation, { agent: (data as Conversation).agent, state: (data as Conversation).state })
      view.queue = { ...view.queue, agents: (data as Queue).agents }
      break
  }
  paint()
}

// Reading

function see() {
  const id = view.current
  const upTo = timeline.lastTheirs()
  if (!id || !open || document.hidden || view.listing || !timeline.atBottom() || upTo <= Math.max(seenAt, timeline.marked())) return
  seenAt = upTo
  timeline.read(upTo)
  void authorized(`/conversations/${id}/seen`, { body: { seq: upTo } }).catch(() => { seenAt = 0 })
}

let painting = 0

function paint() {
  cancelAnimationFrame(painting)
  painting = 0
  see()
  view.topic = topic
  view.answered = timeline.answeredLately()
  view.sending = outbox.pending().some((parcel) => !parcel.conversation)
  answers.offer(known && open && !view.listing && !view.current && !view.sending)
  view.reading = answers.reading()
  paintHead(view, config)
  paintList(view, {
    open: (id) => { view.starting = false; show(id) },
    start: () => { view.starting = true; topic = undefined; show(undefined) },
    topic: (id) => { topic = id },
    topics: config.topics,
  })
  const conversation = current()
  const waits = !view.listing && !view.queue.agents && view.queue.ahead !== null && conversation?.state === 'open'
  composer.address(waits && !view.player?.reachable, conversation?.address ?? '', async (email) => {
    await authorized(`/conversations/${view.current}/address`, { method: 'PUT', body: { email } })
    if (conversation) conversation.address = email
  })
  const others = view.conversations.reduce((sum, other) => sum + (other.id === view.current ? 0 : other.unread), 0)
  tell({ say: 'unread', count: timeline.unread() + others, known: remembered() })
}

// Setting up

speak(config)
hold(config.held)
answers.useAnswers(config, paint)
composer.useComposer(config, {
  send: (text, files) => {
    outbox.post({ conversation: view.current ?? '', text, files, owner: player()?.id, ...(view.current ? {} : { topic, ...answers.ended() }) })
  },
  typing: () => {
    if (view.current && current()?.state !== 'resolved') void authorized(`/conversations/${view.current}/typing`, { method: 'POST' }).catch(() => undefined)
  },
  touched: () => paint(),
  changed: answers.typed,
})
timeline.useTimeline(config.greeting, {
  retry: outbox.retry,
  discard: outbox.discard,
  bottom: () => paint(),
  earlier: async (before) => {
    const answer = await authorized(`/conversations/${view.current}/entries?before=${before}`)
    return ((await answer.json()) as { entries: Entry[] }).entries
  },
  refresh: (seq) => {
    void authorized(`/conversations/${view.current}/entries?after=${seq - 1}`).then(async (answer) => {
      const { entries } = (await answer.json()) as { entries: Entry[] }
      if (entries[0]?.seq === seq) timeline.replace(entries[0])
    }, () => undefined)
  },
})
outbox.useOutbox({
  changed: () => {
    timeline.waiting(outbox.pending().filter((parcel) => parcel.conversation === (view.current ?? '')))
    paint()
  },
  sent: ({ parcel, entry, conversation }) => {
    const here = parcel.conversation === (view.current ?? '')
    if (conversation && !view.conversations.some((other) => other.id === conversation.id)) view.conversations.unshift(conversation)
    if (!here) return
    if (!view.current && conversation) {
      view.current = conversation.id
      view.starting = false
      topic = undefined
      composer.moveDraft(conversation.id)
      update(conversation)
      timeline.add([entry], false)
      listen(conversation.id)
    } else timeline.add([entry], false)
    const known = current()
    if (known?.state === 'resolved') known.state = 'open'
    paint()
  },
})
timeline.clear()
useSession({ who, changed, expired: () => paint() })

find('past').onclick = () => { view.listing = !view.listing; paint(); if (view.listing) void refresh() }
find('close').onclick = () => tell({ say: 'close' })
find('close').hidden = !embedded

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && answers.back()) return
  if (event.key === 'Escape' && view.listing) { view.listing = false; return paint() }
  if (event.key === 'Escape') return tell({ say: 'close' })
  if (event.key !== 'Tab' || !embedded) return
  // The panel is a dialog: Tab goes round in it, Escape leaves it.
  const stops = [...document.querySelectorAll<HTMLElement>('button, textarea, input:not([type=file]), a[href], [tabindex="0"]')]
    .filter((node) => !(node as HTMLButtonElement).disabled && node.offsetParent)
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1]
  if (document.activeElement !== edge) return
  event.preventDefault()
  ;(event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus()
})

document.addEventListener('visibilitychange', () => { if (!document.hidden) { void outbox.run(); paint() } })
addEventListener('online', () => { view.online = true; paint() })
addEventListener('offline', () => { view.online = false; paint() })
addEventListener('pagehide', () => { unfollow?.(); unfollow = undefined })
addEventListener('pageshow', (event) => {
  if (!event.persisted) return
  if (view.current) listen(view.current)
  if (remembered()) void renew(false).catch(() => undefined)
  else away()
})
elsewhere('session', (dropped) => { if (dropped) away() })

// away is what another tab's sign-out leaves of this one.
function away() {
  forget()
  outbox.empty()
  person = undefined
  view.player = undefined
  view.conversations = []
  show(undefined)
  if (open) void renew(false).catch(() => undefined)
}

function begin() {
  if (!player()) void renew(false).catch((trouble) => { if (trouble instanceof Refused) { view.trouble = trouble.message; paint() } })
}

addEventListener('message', (event) => {
  if (!embedded || event.source !== parent || event.origin !== config.embedder) return
  const message = event.data as ToFrame
  switch (message.say) {
    case 'opened':
      open = true
      composer.takeOver(message.draft, true)
      begin()
      return paint()
    case 'closed':
      open = false
      return
    case 'identity':
      identified({ jwt: message.jwt })
      return
    case 'anonymous':
      return identified('nobody')
    case 'unidentified':
      return identified('unknown')
    case 'theme':
      document.documentElement.dataset.theme = message.theme
      return
    case 'forget':
      void leave()
      return
    case 'shutdown':
      unfollow?.()
      void leave().finally(() => tell({ say: 'gone' }))
  }
})

if (embedded) {
  tell({ say: 'ready' })
  // Closed, the chat asks who is there only to count what is unread: a known visitor, or a player the page can name.
  void who().then((answer) => {
    if (answer === 'nobody' && !remembered() && !open) return
    told = answer
    begin()
  })
} else {
  begin()
  find('text').focus()
}
