// The launcher and the panel around the chat's frame, drawn in a shadow tree so that the casino's styles and
// these never meet. Until the frame is there the panel holds a plain field, so that the first words aren't waited for.

import type { Draft } from './bridge'
import css from './panel.css'

export interface Brand {
  name: string
  accent: string
  on: string
  round: string
  panel: string
  side: 'start' | 'end'
  bottom: number
  inset: number
  language: string
  // Words by language: the page's as the server guessed it, and the casino's own. More come when they are asked for.
  words: Record<string, PanelWords>
}

interface PanelWords { open: string; close: string; write: string; away: string; title: string; rtl?: boolean }

export interface Placement { side?: 'start' | 'end'; launcher?: boolean; bottom?: number; inset?: number }

export interface Panel {
  frame(address: string): HTMLIFrameElement
  open(ready: boolean): void
  close(focus: boolean): void
  handOver(): Draft | undefined
  trouble(yes: boolean): void
  unread(count: number): void
  place(p: Placement): void
  speak(language?: string): void
  modal(): boolean
  remove(): void
}

const bubble = 'M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719'
const cross = 'M18 6 6 18 M6 6l12 12'

export function panel(brand: Brand, language: string | undefined, fetchWords: (language: string) => void, toggle: () => void, hide: () => void): Panel {
  const host = document.createElement('div')
  host.style.cssText = 'all:initial!important'
  const root = host.attachShadow({ mode: 'open' })
  dress(root)

  const all = make('div', 'all')
  const launcher = make('button', 'launcher') as HTMLButtonElement
  const icon = drawing(bubble)
  const badge = make('span', 'badge')
  const box = make('div', 'panel')
  const wait = make('div', 'wait')
  const bar = make('div', 'bar')
  const name = make('strong')
  const leave = make('button', 'leave') as HTMLButtonElement
  const note = make('p', 'note')
  const field = make('textarea') as HTMLTextAreaElement

  launcher.type = leave.type = 'button'
  badge.hidden = true
  box.hidden = true
  note.hidden = true
  note.setAttribute('role', 'status')
  field.dir = name.dir = 'auto'
  field.maxLength = 5000
  name.textContent = brand.name
  launcher.append(icon, badge)
  leave.append(drawing(cross))
  bar.append(name, leave)
  wait.append(bar, make('div', 'dots'), note, field)
  box.append(wait)
  all.append(box, launcher)
  all.style.setProperty('--accent', brand.accent)
  all.style.setProperty('--on', brand.on)
  all.style.setProperty('--round', brand.round)
  all.style.setProperty('--panel', brand.panel)
  root.append(all)
  document.body.append(host)

  let words: PanelWords
  let count = 0
  const small = matchMedia('(max-width:480px),(max-height:520px)')
  let scroll: string | undefined

  const label = () => {
    const text = box.hidden ? words.open : words.close
    launcher.setAttribute('aria-label', count && box.hidden ? `${text} (${count})` : text)
    launcher.setAttribute('aria-expanded', String(!box.hidden))
  }
  const lock = (yes: boolean) => {
    const page = document.documentElement.style
    if (yes && small.matches && scroll === undefined) { scroll = page.overflow; page.overflow = 'hidden' }
    if (!yes && scroll !== undefined) { page.overflow = scroll; scroll = undefined }
  }

  const self: Panel = {
    frame(address) {
      const frame = make('iframe') as HTMLIFrameElement
      frame.title = words.title
      frame.allow = 'clipboard-write'
      frame.src = address
      box.append(frame)
      return frame
    },
    open(ready) {
      box.hidden = false
      wait.hidden = ready
      all.dataset.open = ''
      icon.firstElementChild!.setAttribute('d', cross)
      lock(true)
      box.setAttribute('aria-modal', String(small.matches))
      label()
      ready ? box.querySelector('iframe')?.focus() : field.focus()
    },
    close(focus) {
      box.hidden = true
      delete all.dataset.open
      icon.firstElementChild!.setAttribute('d', bubble)
      lock(false)
      label()
      if (focus) launcher.focus()
    },
    handOver() {
      if (wait.hidden) return
      const draft = { text: field.value, start: field.selectionStart, end: field.selectionEnd }
      const held = root.activeElement === field
      wait.hidden = true
      field.value = ''
      if (held) box.querySelector('iframe')?.focus()
      return draft
    },
    trouble(yes) {
      note.hidden = !yes
      if (yes && !box.hidden) wait.hidden = false
    },
    unread(n) {
      count = n
      badge.hidden = !n
      badge.textContent = n > 9 ? '9+' : String(n)
      label()
    },
    place(p) {
      all.classList.toggle('start', (p.side ?? brand.side) === 'start')
      launcher.hidden = p.launcher === false
      all.style.setProperty('--bottom', `${p.bottom ?? brand.bottom}px`)
      all.style.setProperty('--inset', `${p.inset ?? brand.inset}px`)
    },
    speak(wanted) {
      const tag = wanted || document.documentElement.lang || brand.language
      const known = brand.words[tag] ?? brand.words[tag.replace(/-.*/, '')]
      if (!known) fetchWords(tag)
      words = known ?? brand.words[brand.language]!
      all.dir = words.rtl ? 'rtl' : 'ltr'
      field.placeholder = words.write
      field.setAttribute('aria-label', words.write)
      leave.setAttribute('aria-label', words.close)
      note.textContent = words.away
      box.setAttribute('role', 'dialog')
      box.setAttribute('aria-label', words.title)
      label()
    },
    modal: () => small.matches,
    remove() {
      lock(false)
      host.remove()
    },
  }
  launcher.onclick = toggle
  leave.onclick = () => hide()
  wait.onkeydown = (event) => { if (event.key === 'Escape') hide() }
  self.speak(language)
  return self
}

// dress styles the tree without an element where the browser can, since a casino's policy may forbid inline styles.
function dress(root: ShadowRoot) {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } catch {
    const style = make('style')
    style.textContent = css
    root.append(style)
  }
}

function make(tag: string, name?: string): HTMLElement {
  const node = document.createElement(tag)
  if (name) node.className = name
  return node
}

function drawing(path: string): SVGElement {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(space, 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}
