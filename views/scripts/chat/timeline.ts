// What was said, in order, and what is still on its way. Elements are made once and kept: nothing jumps when news comes.

import { find, h, icon, prose } from './dom'
import type { Attachment, Entry, Marks } from './model'
import type { Parcel } from './outbox'
import { bytes, day, exact, hour, t } from './words'

// PAGE is how many entries the desk answers at once.
const PAGE = 200

const log = find('log')
const news = find('newest')
const said = find('said')

let entries = new Map<number, Entry>()
let nodes = new Map<string, HTMLElement>()
let marks: Marks = { player: 0, agent: 0, delivered: 0 }
let parcels: Parcel[] = []
let greeting = ''
// earlier says that there is more before the first entry here.
let earlier = false
let actions: { retry(p: Parcel): void; discard(p: Parcel): void; bottom(): void; refresh(seq: number): void; earlier(before: number): Promise<Entry[]> }

export function useTimeline(words: string, on: typeof actions) {
  greeting = words
  actions = on
  news.onclick = () => log.scrollTo({ top: log.scrollHeight, behavior: calm() ? 'auto' : 'smooth' })
  log.addEventListener('scroll', () => { if (atBottom()) { news.hidden = true; actions.bottom() } }, { passive: true })
  // A keyboard on a phone makes the log smaller: its end stays in sight.
  let low = true
  log.addEventListener('scroll', () => { low = atBottom() }, { passive: true })
  new ResizeObserver(() => { if (low) log.scrollTop = log.scrollHeight }).observe(log)
}

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches

export const atBottom = () => log.scrollHeight - log.scrollTop - log.clientHeight < 40

const first = () => Math.min(...entries.keys())

export const last = () => Math.max(0, ...entries.keys())

// lastTheirs is the last number that somebody else wrote: only those need to be marked as seen.
export const lastTheirs = () => Math.max(0, ...[...entries.values()].filter((e) => e.author !== 'player' && shown(e)).map((e) => e.seq))

// answeredLately says whether the desk has spoken within the last half hour.
export const answeredLately = () => [...entries.values()].some((e) => e.author !== 'player' && e.kind === 'message' && Date.now() - Date.parse(e.at) < 1800e3)

// unread counts what others have said after the player's mark.
export const unread = () => [...entries.values()].filter((e) => e.author !== 'player' && shown(e) && e.seq > marks.player).length

export function clear() {
  entries = new Map()
  nodes = new Map()
  earlier = false
  marks = { player: 0, agent: 0, delivered: 0 }
  log.replaceChildren()
  news.hidden = true
  paint(true)
}

export function mark(given: Marks) {
  marks = { player: Math.max(marks.player, given.player), agent: given.agent, delivered: given.delivered }
  paint(false)
}

export const read = (seq: number) => { marks = { ...marks, player: seq } }

export const marked = () => marks.player

// add takes entries in; live ones are read out to those who listen.
export function add(list: Entry[], live: boolean) {
  let fresh = false
  for (const entry of list) {
    if (entries.has(entry.seq)) continue
    entries.set(entry.seq, entry)
    if (entry.author === 'player' || !shown(entry)) continue
    fresh = true
    if (live) said.append(h('p', { dir: 'auto' }, t('said', { Name: name(entry), Text: words(entry) })))
  }
  while (said.childElementCount > 3) said.firstElementChild!.remove()
  if (!live && entries.size >= PAGE && first() > 1) earlier = true
  paint(!live, fresh)
}

// reach brings what was said before, without moving what is being read.
async function reach() {
  const found = await actions.earlier(first())
  for (const entry of found) if (!entries.has(entry.seq)) entries.set(entry.seq, entry)
  earlier = found.length >= PAGE && first() > 1
  const fromEnd = log.scrollHeight - log.scrollTop
  paint(false)
  log.scrollTop = log.scrollHeight - fromEnd
}

export function erase(seq: number) {
  const entry = entries.get(seq)
  if (!entry) return
  entries.set(seq, { ...entry, text: '', files: [], erased: true })
  nodes.get(`e${seq}`)?.remove()
  nodes.delete(`e${seq}`)
  paint(false)
}

// replace puts an entry in place of what was known of it, with fresh addresses of its files.
export function replace(entry: Entry) {
  entries.set(entry.seq, entry)
  nodes.get(`e${entry.seq}`)?.remove()
  nodes.delete(`e${entry.seq}`)
  paint(false)
}

export function waiting(list: Parcel[]) {
  parcels = list
  paint(false)
}

const shown = (entry: Entry) => entry.kind === 'message' || entry.text !== ''

const name = (entry: Entry) => (entry.author === 'player' ? t('you') : entry.name || t('support'))

const words = (entry: Entry) => (entry.erased ? t('erased') : entry.text || entry.files.map((file) => file.name).join(', '))

function paint(jump: boolean, fresh = false) {
  const low = jump || atBottom()
  const wanted: HTMLElement[] = earlier ? [keep('earlier', () => h('button', { type: 'button', class: 'earlier', onclick: () => void reach().catch(() => undefined) }, t('earlier')))] : [keep('hello', () => h('p', { class: 'hello', dir: 'auto' }, greeting))]
  const list = [...entries.values()].filter(shown).sort((a, b) => a.seq - b.seq)
  const own = new Set(list.map((entry) => entry.client_id))
  const latest = list.filter((entry) => entry.author === 'player').pop()?.seq
  let before: Entry | undefined
  for (const entry of list) {
    const date = day(entry.at)
    if (!before || day(before.at) !== date) wanted.push(keep(`d${date}`, () => h('h2', { class: 'day' }, date)))
    const node = keep(`e${entry.seq}`, () => (entry.kind === 'message' ? message(entry) : h('p', { class: 'event', dir: 'auto' }, entry.text)))
    const follows = before?.kind === 'message' && before.author === entry.author && before.name === entry.name && day(before.at) === date
      && Date.parse(entry.at) - Date.parse(before.at) < 300e3
    node.classList.toggle('follows', follows)
    if (entry.author === 'player') fate(node, entry, entry.seq === latest && !parcels.length)
    wanted.push(node)
    before = entry
  }
  for (const parcel of parcels) if (!own.has(parcel.client_id)) wanted.push(parcelNode(parcel))
  place(wanted)
  if (low) log.scrollTop = log.scrollHeight
  else if (fresh) news.hidden = false
}

function keep(key: string, make: () => HTMLElement): HTMLElement {
  let node = nodes.get(key)
  if (!node) nodes.set(key, (node = make()))
  return node
}

// place puts the wanted elements in order and touches only what differs.
function place(wanted: HTMLElement[]) {
  const set = new Set<Element>(wanted)
  for (const node of [...log.children]) if (!set.has(node)) node.remove()
  wanted.forEach((node, i) => { if (log.children[i] !== node) log.insertBefore(node, log.children[i] ?? null) })
}

function message(entry: Entry): HTMLElement {
  const node = h('article', { class: `message ${entry.author === 'player' ? 'own' : 'theirs'}`, 'data-seq': entry.seq },
    h('h3', { class: entry.author === 'player' ? 'quiet' : 'author' }, h('bdi', {}, name(entry)), ['bot', 'ai'].includes(entry.author) && h('span', { class: 'kind' }, t(entry.author))),
    bubble(entry.text, entry.files, entry.erased, entry.seq),
    h('p', { class: 'meta' }, h('time', { datetime: entry.at, title: exact(entry.at) }, hour(entry.at)), h('span', { class: 'fate' })))
  return node
}

function bubble(text: string, files: Attachment[], erased: boolean, seq?: number): HTMLElement {
  const body = h('div', { class: erased ? 'bubble gone' : 'bubble' })
  if (erased) body.append(h('p', {}, t('erased')))
  else if (text) body.append(h('p', { dir: 'auto' }, ...prose(text)))
  for (const file of files ?? []) body.append(attachment(file, seq))
  return body
}

function attachment(file: Attachment, seq?: number): HTMLElement {
  const link = h('a', { class: 'file', href: file.url, target: '_blank', rel: 'noopener', download: file.name, title: file.name })
  if (file.type.startsWith('image/') && file.width && file.height) {
    const image = h('img', { src: file.url, alt: file.name, loading: 'lazy', width: file.width, height: file.height }) as HTMLImageElement
    image.onerror = () => { image.onerror = null; if (seq) actions.refresh(seq) }
    link.classList.add('picture')
    link.append(image)
  } else link.append(icon('file'), h('span', { class: 'name' }, h('bdi', {}, file.name)), h('span', { class: 'size' }, bytes(file.size)))
  return link
}

// fate says what has become of the player's last message.
function fate(node: HTMLElement, entry: Entry, latest: boolean) {
  const place = node.querySelector('.fate')!
  const state = latest ? (marks.agent >= entry.seq ? 'seen' : 'delivered') : ''
  if (node.dataset.fate === state) return
  node.dataset.fate = state
  place.replaceChildren()
  if (state) place.append(icon(state === 'seen' ? 'seen' : 'check'), t(state))
}

function parcelNode(parcel: Parcel): HTMLElement {
  const node = keep(`p${parcel.client_id}`, () =>
    h('article', { class: 'message own', 'data-parcel': parcel.client_id }, h('h3', { class: 'quiet' }, t('you')),
      bubble(parcel.text, parcel.files, false), h('p', { class: 'meta', role: 'status' })))
  const state = parcel.trouble ? 'failed' : parcel.waiting ? 'waiting' : 'sending'
  const told = state === 'waiting' && parcel.told ? parcel.told : t(state)
  if (node.dataset.fate === state && node.dataset.told === told) return node
  node.dataset.fate = state
  node.dataset.told = told
  const meta = node.querySelector('.meta')!
  meta.replaceChildren(icon(state === 'failed' ? 'warning' : 'clock'), told)
  if (!parcel.trouble) return node
  meta.append(
    h('span', { class: 'why', dir: 'auto' }, parcel.trouble.trim()),
    h('button', { type: 'button', onclick: () => actions.retry(parcel) }, t('retry')),
    h('button', { type: 'button', onclick: () => actions.discard(parcel) }, t('discard')))
  return node
}
