// The script a casino puts in its pages: it draws the launcher at once and fetches the chat's frame when it is
// wanted. It keeps nothing in the page but a mark that this browser has chatted before.

import type { Draft, Theme, ToFrame, ToPage } from './bridge'
import { panel, type Brand, type Panel } from './panel'

interface Settings {
  identity?: () => Promise<string>
  language?: string
  theme?: Theme
  side?: 'start' | 'end'
  launcher?: boolean
  bottom?: number
  inset?: number
}

interface Desk {
  (command: string, value?: unknown): void
  q?: ArrayLike<unknown>[]
  here?: boolean
}

declare global {
  interface Window { Desk?: Desk }
}

// The server wraps the bundle in a function and hands it the casino's colours and words.
declare const brand: Brand

// MARK is kept in the page's storage: known, when this browser has chatted before; leaving, until the frame has forgotten.
const MARK = 'desk.mark'

function start(origin: string) {
  let settings: Settings = {}
  let view: Panel | undefined
  let frame: HTMLIFrameElement | undefined
  let ready = false
  let open = false
  // leaving: signed out, the frame is still forgetting; next: what to boot with afterwards.
  let leaving = false
  let next: Settings | undefined
  let patience = 0
  let attempts = 0
  let unread = 0
  const listeners: ((count: number) => void)[] = []

  const tell = (message: ToFrame) => frame?.contentWindow?.postMessage(message, origin)

  const fetchFrame = () => {
    if (frame || !view) return
    const address = new URL('/chat', origin)
    address.searchParams.set('origin', location.origin)
    const language = settings.language || document.documentElement.lang
    if (language) address.searchParams.set('language', language)
    if (settings.theme) address.searchParams.set('theme', settings.theme)
    frame = view.frame(address.href)
    ready = false
    frame.onload = () => expect(4000)
    expect(20000)
  }

  // fetchWords gets the words of a language that this script came without, once each. It is a script, as this one is, so
  // that a page's policy which lets the chat in lets its words in too.
  const asked = new Set<string>()
  const fetchWords = (language: string) => {
    if (asked.has(language)) return
    asked.add(language)
    const more = document.createElement('script')
    more.src = `${origin}/chat.js?words=${encodeURIComponent(language)}`
    document.head.append(more)
  }

  // expect gives the frame some time to say that it is ready, then fetches it again: the desk may have been away.
  const expect = (ms: number) => {
    clearTimeout(patience)
    if (ready) return
    patience = window.setTimeout(() => {
      if (leaving && attempts > 2) return leave()
      attempts++
      view?.trouble(true)
      dropFrame()
      patience = window.setTimeout(fetchFrame, Math.min(30000, 1000 * 2 ** attempts))
    }, ms)
  }

  const dropFrame = () => {
    frame?.remove()
    frame = undefined
    ready = false
  }

  const show = () => {
    if (open || leaving) return
    if (!view) { open = true; return }
    open = true
    fetchFrame()
    view.open(ready)
    if (ready) tell({ say: 'opened', modal: view.modal() })
  }

  const hide = (back = true) => {
    if (!open) return
    open = false
    tell({ say: 'closed' })
    view?.close(back)
  }

  const identify = async () => {
    const asked = settings.identity
    if (!asked) return tell({ say: 'anonymous' })
    try {
      const jwt = await asked()
      if (asked === settings.identity) tell(jwt ? { say: 'identity', jwt } : { say: 'anonymous' })
    } catch {
      tell({ say: 'unidentified' })
    }
  }

  const heard = (event: MessageEvent) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return
    const message = event.data as ToPage
    switch (message.say) {
      case 'ready': {
        ready = true
        attempts = 0
        clearTimeout(patience)
        if (leaving) return tell({ say: 'shutdown' })
        // The last page may have been left before its frame could forget.
        if (marked() === 'leaving') { mark(); tell({ say: 'forget' }) }
        view?.trouble(false)
        if (!open || !view) return
        const draft: Draft | undefined = view.handOver()
        return tell({ say: 'opened', draft, modal: view.modal() })
      }
      case 'identify':
        return void identify()
      case 'unread':
        if (message.known) mark('known')
        if (message.count === unread) return
        unread = message.count
        view?.unread(unread)
        return listeners.forEach((listener) => listener(unread))
      case 'close':
        return hide()
      case 'gone':
        mark()
        return leave()
    }
  }

  const leave = () => {
    clearTimeout(patience)
    removeEventListener('message', heard)
    dropFrame()
    view?.remove()
    view = undefined
    leaving = open = false
    settings = {}
    unread = 0
    listeners.splice(0).forEach((listener) => listener(0))
    if (next) commands.boot!(next as never)
    next = undefined
  }

  const draw = () => {
    if (view || leaving) return
    view = panel(brand, settings.language, fetchWords, () => (open ? hide() : show()), hide)
    view.place(settings)
    const wanted = open
    open = false
    if (wanted) show()
    else if (settings.identity || marked()) idle(() => fetchFrame())
  }

  const update = (value: Settings = {}) => {
    const before = settings
    settings = { ...settings, ...value }
    if (!view) return
    view.place(settings)
    if (settings.theme && settings.theme !== before.theme) tell({ say: 'theme', theme: settings.theme })
    if (settings.language !== before.language) {
      view.speak(settings.language)
      dropFrame()
      if (open) { fetchFrame(); view.open(false) }
    } else if ('identity' in value) ready ? void identify() : idle(() => fetchFrame())
  }

  const commands: Record<string, (value: never) => void> = {
    boot(value: Settings = {}) {
      if (leaving) { next = value; return }
      if (view) return update(value)
      settings = { ...value }
      addEventListener('message', heard)
      document.body ? draw() : addEventListener('DOMContentLoaded', draw)
    },
    update,
    shutdown() {
      if (!view) {
        if (!marked()) return
        addEventListener('message', heard)
        view = panel(brand, settings.language, () => undefined, () => undefined, () => undefined)
      }
      mark('leaving')
      view.close(false)
      view.place({ launcher: false })
      leaving = true
      open = false
      if (ready) tell({ say: 'shutdown' })
      else fetchFrame()
    },
    words(value: Brand['words']) {
      Object.assign(brand.words, value)
      view?.speak(settings.language)
    },
    show,
    hide: () => hide(),
    onUnreadCountChange(listener: (count: number) => void) {
      listeners.push(listener)
      listener(unread)
    },
  }

  const waiting = window.Desk?.q ?? []
  const desk: Desk = (command, value) => {
    const run = commands[command]
    if (!run) return console.warn(`Desk: there is no "${command}"`)
    run(value as never)
  }
  desk.here = true
  window.Desk = desk
  for (const call of Array.from(waiting)) desk(call[0] as string, call[1])
}

// A page may forbid storage; then the frame is fetched when it is opened and not before.
function marked(): string | null {
  try { return localStorage.getItem(MARK) } catch { return null }
}

function mark(as?: 'known' | 'leaving') {
  try { as ? localStorage.setItem(MARK, as) : localStorage.removeItem(MARK) } catch { /* nothing to keep then */ }
}

function idle(run: () => void) {
  const soon = () => ('requestIdleCallback' in window ? requestIdleCallback(run, { timeout: 3000 }) : setTimeout(run, 300))
  document.readyState === 'complete' ? soon() : addEventListener('load', soon, { once: true })
}

const script = document.currentScript as HTMLScriptElement | null
if (script && !window.Desk?.here) start(new URL(script.src).origin)
