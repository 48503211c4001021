// Answers of the help centre, offered while the first words of a conversation are being written. They are a kindness and never
// in the way: nothing waits for them, they move nothing the player is at, and where they can't be had nothing shows.

import { find, h, icon } from './dom'
import { drop, read, write } from './keep'
import type { Answer, Config } from './model'
import { newId } from './outbox'
import { authorized } from './session'
import { t } from './words'

// A pause in typing, how long an answer may take to be of use, and how long one look lasts, in milliseconds.
const PAUSE = 400
const PATIENCE = 4000
const LOOK = 24 * 3600e3

const box = find('answers')
const page = find('article')
const note = find('answers-note')
const field = find<HTMLTextAreaElement>('text')

let config: Config
let painted: () => void
let offering = false
let opened: Answer | undefined
let popular = true
let found: Answer[] = []
let drawn = ''
let sought = ''
let pause = 0
let asking: AbortController | undefined

export function useAnswers(given: Config, paint: () => void) {
  config = given
  painted = paint
}

export const reading = () => !!opened

// look is what this time of being about to ask is called, the same until a conversation begins or a day has gone by.
function look(): string {
  const kept = read<{ name: string; at: number }>('look')
  if (kept && Date.now() - kept.at < LOOK) return kept.name
  const name = newId()
  write('look', { name, at: Date.now() })
  return name
}

// ended is what the first words of a conversation take along: which look they end, and from which article's page they came.
export function ended(): { look?: string; article?: string } {
  const from = config.article?.id
  const name = from ? look() : read<{ name: string }>('look')?.name
  drop('look')
  config.article = undefined
  return { look: name, article: from }
}

// offer says whether a new conversation is about to be written.
export function offer(yes: boolean) {
  if (yes === offering) return
  offering = yes
  found = []
  sought = ''
  popular = true
  asking?.abort()
  if (yes) typed()
  else close()
  draw()
}

// typed is told of each change of the field.
export function typed() {
  clearTimeout(pause)
  if (!offering) return
  if ((field.value.match(/\p{L}/gu) ?? []).length > 2) { pause = setTimeout(seek, PAUSE); return }
  asking?.abort()
  sought = ''
  popular = true
  draw()
}

async function seek() {
  const text = field.value.trim().slice(0, 300)
  if (!offering || text === sought) return
  sought = text
  asking?.abort()
  const mine = (asking = new AbortController())
  const late = setTimeout(() => mine.abort(), PATIENCE)
  let answers: Answer[] = []
  try {
    answers = ((await (await authorized('/answers', { body: { look: look(), text }, signal: mine.signal })).json()) as { answers: Answer[] }).answers
  } catch { /* then there are none */ }
  clearTimeout(late)
  if (mine !== asking || sought !== text) return
  popular = false
  found = answers
  draw()
}

function draw() {
  const list = popular ? config.popular ?? [] : found
  box.hidden = !offering || !!opened || !(list.length || config.article)
  const key = box.hidden ? '' : JSON.stringify([popular, list])
  // Whoever has moved to the answers keeps them.
  if (key === drawn || (key && box.contains(document.activeElement))) return
  drawn = key
  box.replaceChildren(
    ...(config.article ? [h('p', { dir: 'auto' }, t('answers.from', { Title: config.article.name }))] : []),
    ...(list.length ? [h('h2', {}, t(popular ? 'answers.popular' : 'answers.found'))] : []),
    ...list.map((answer) => h('button', { type: 'button', class: 'answer', lang: answer.language, title: answer.summary, onclick: () => void open(answer) },
      icon('page'), h('span', { dir: 'auto' }, answer.title))))
  note.textContent = key && !popular && list.length ? t('answers.count', { Count: list.length }) : ''
}

async function open(answer: Answer) {
  opened = answer
  show(answer, true)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), 2 * PATIENCE)
  try {
    const whole = await authorized(`/answers/${answer.id}/read`, { body: { look: look() }, signal: late.signal })
    if (opened === answer) show(((await whole.json()) as { answer: Answer }).answer, false)
  } catch {
    // The summary and the way to the whole page are there already.
    page.removeAttribute('aria-busy')
    if (opened === answer) page.append(verdict(answer))
  }
  clearTimeout(timer)
}

function show(answer: Answer, first: boolean) {
  const body = h('div', { class: 'prose', lang: answer.language, dir: answer.dir ?? 'auto' })
  if (answer.html === undefined) body.append(h('p', {}, answer.summary))
  else {
    // The desk has cleaned it, and the page's policy runs nothing that would stand in it.
    body.append(...new DOMParser().parseFromString(answer.html, 'text/html').body.childNodes)
    for (const link of body.querySelectorAll('a')) if (!link.getAttribute('href')?.startsWith('#')) Object.assign(link, { target: '_blank', rel: 'noopener' })
  }
  const title = h('h2', { lang: answer.language, dir: 'auto', tabindex: -1 }, answer.title)
  page.replaceChildren(
    h('div', { class: 'leaf' },
      h('button', { type: 'button', onclick: () => back() }, icon('back'), t('answers.back')),
      h('a', { href: answer.url, target: '_blank', rel: 'noopener' }, t('answers.whole'))),
    title, body, first ? '' : verdict(answer))
  page.toggleAttribute('aria-busy', first)
  if (first) { painted(); draw(); page.scrollTop = 0 }
  if (first || !page.contains(document.activeElement)) title.focus({ preventScroll: true })
}

function verdict(answer: Answer): HTMLElement {
  const row = h('div', { class: 'verdict', role: 'status' },
    h('p', {}, t('answers.verdict')),
    h('button', { type: 'button', class: 'fresh', onclick: () => {
      void authorized(`/answers/${answer.id}/answered`, { body: { look: look() } }).catch(() => undefined)
      row.replaceChildren(h('p', {}, t('answers.glad')))
      row.closest<HTMLElement>('#article')!.querySelector('h2')!.focus({ preventScroll: true })
    } }, t('answers.yes')),
    h('button', { type: 'button', onclick: () => back() }, t('answers.ask')))
  return row
}

// back leaves the article for the field, where what was typed still stands. It says whether there was one.
export function back(): boolean {
  if (!opened) return false
  close()
  draw()
  field.focus()
  return true
}

function close() {
  if (!opened) return
  opened = undefined
  page.replaceChildren()
  painted()
}
