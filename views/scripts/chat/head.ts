// The parts around the timeline: who answers, how long it may take, the player's other conversations.

import { find, h, icon } from './dom'
import type { Config, Conversation, Player, Queue } from './model'
import { day, hour, t } from './words'

export interface View {
  player?: Player
  conversations: Conversation[]
  current?: string
  // starting means that the player wants a new conversation although others are open.
  starting?: boolean
  listing: boolean
  queue: Queue
  online: boolean
  typing: string
  topic?: string
  // sending means that a new conversation's first words are on their way.
  sending?: boolean
  // answered means that somebody has spoken with the player just now: they are no longer in a line.
  answered?: boolean
  trouble?: string
  // reading means that an answer of the help centre stands where the conversation would.
  reading?: boolean
  // held means that nothing can be sent at present.
  held?: boolean
}

export function paintHead(view: View, config: Config) {
  const conversation = view.conversations.find((one) => one.id === view.current)
  const resolved = conversation?.state === 'resolved'
  const ahead = view.queue.ahead
  const there = view.queue.agents && !view.held
  let status = there ? t('here') : t('away.short')
  if (view.listing) status = t('conversations')
  else if (resolved) status = t('closed')
  else if (conversation?.agent) status = t('answering', { Name: conversation.agent.name })
  set('status', status)
  find('status').dataset.there = String(there)

  let line = ''
  if (view.listing) line = ''
  else if (view.trouble) line = view.trouble
  else if (!view.online || !navigator.onLine) line = t('offline')
  else if (view.typing) line = t('typing', { Name: view.typing })
  else if (resolved) line = t('resolved')
  else if (conversation && ahead !== null && !view.queue.agents) line = t('away')
  else if (conversation && ahead !== null && !view.answered) line = ahead > 0 ? t('ahead', { Count: ahead }) : t('next')
  set('line', line)
  find('line').classList.toggle('typing', line !== '' && !!view.typing && view.online)

  set('identity', view.player?.verified ? t('verified', { Name: view.player.name || config.name }) : '')
  const many = view.conversations.length > (conversation ? 1 : 0) || resolved
  find('past').hidden = !many && !view.listing
  find('past').setAttribute('aria-expanded', String(view.listing))
}

// set changes a text only when it differs, so that screen readers aren't told twice.
function set(id: string, text: string) {
  const node = find(id)
  if (node.textContent !== text) node.textContent = text
  node.hidden = !text
}

interface Actions { topics: Config['topics']; open(id: string): void; start(): void; topic(id?: string): void }

let painted = ''

export function paintList(view: View, on: Actions) {
  const list = find('list')
  find('log').hidden = view.listing || !!view.reading
  find('article').hidden = !view.reading
  find('composer').hidden = view.listing
  list.hidden = !view.listing
  paintTopics(view, on)
  const key = view.listing ? JSON.stringify(view.conversations) : ''
  if (key === painted) return
  painted = key
  list.replaceChildren(
    ...view.conversations.map((one) => h('button', { type: 'button', class: 'past', onclick: () => on.open(one.id) },
      h('span', { class: 'what', dir: 'auto' }, one.preview || one.topic?.name || t('title')),
      h('span', { class: 'when' }, `${one.topic ? one.topic.name + ' · ' : ''}${one.state === 'resolved' ? t('closed') : t('open')} · ${day(one.last_at)}, ${hour(one.last_at)}`),
      one.unread > 0 && h('span', { class: 'count', 'aria-label': t('unread', { Count: one.unread }) }, String(one.unread)))),
    h('button', { type: 'button', class: 'fresh', onclick: on.start }, icon('plus'), t('new')))
  if (view.listing) (list.firstElementChild as HTMLElement).focus()
}

let offered = false

function paintTopics(view: View, on: Actions) {
  const choice = find<HTMLSelectElement>('topic')
  if (!offered) {
    offered = true
    choice.append(h('option', { value: '' }, t('topics')), ...on.topics.map((topic) => h('option', { value: topic.id }, topic.name)))
    choice.onchange = () => on.topic(choice.value || undefined)
  }
  choice.value = view.topic ?? ''
  find('topics').hidden = view.listing || !!view.reading || !!view.current || !!view.sending || !on.topics.length
}
