// Where the player writes. The field is there before this script is, so it may already hold words.

import type { Draft } from './bridge'
import { attach, attached, detachAll, uploading, useAttachments } from './attachments'
import { find, h } from './dom'
import { read, write } from './keep'
import type { Attachment, Config } from './model'
import { t } from './words'

const field = find<HTMLTextAreaElement>('text')
const send = find<HTMLButtonElement>('send')
const chooser = find<HTMLInputElement>('files')
const smile = find<HTMLButtonElement>('smile')
const faces = find('faces')

const emoji = '🙂 😀 😂 😉 😍 🤔 😕 😟 😢 😡 😱 🥳 👍 👎 👏 🙏 💪 👀 ❤️ 🔥 ⭐ 🎉 🎁 🍀 🎰 🎲 🃏 ⚽ 💳 💸 🏦 📷 📎 📱 ⏳ ✅ ❌ ❓ ❗ 🆗'

interface Hooks { send(text: string, files: Attachment[]): void; typing(): void; touched(): void; changed(): void }

let slot = ''
let typed = 0
let changed = () => undefined as void

export function useComposer(config: Config, hooks: Hooks) {
  field.maxLength = config.limits.text
  useAttachments(config.limits, ready)
  changed = hooks.changed

  const go = () => {
    const text = field.value.trim()
    if (send.disabled || uploading() || !(text || attached().length)) return
    hooks.send(text, attached())
    field.value = ''
    detachAll()
    grow()
    field.focus()
  }
  find('composer').onsubmit = (event) => { event.preventDefault(); go() }
  field.oninput = () => {
    grow()
    if (field.value && Date.now() - typed > 3000) { typed = Date.now(); hooks.typing() }
  }
  field.onkeydown = (event) => {
    // Where there is no real keyboard, Enter begins a new line.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || matchMedia('(pointer: coarse)').matches) return
    event.preventDefault()
    go()
  }
  field.onfocus = hooks.touched
  field.onpaste = (event) => {
    const files = event.clipboardData?.files
    if (files?.length) { event.preventDefault(); attach(files) }
  }
  find('attach').onclick = () => chooser.click()
  chooser.onchange = () => { attach([...chooser.files!]); chooser.value = ''; field.focus() }
  document.ondragover = (event) => event.preventDefault()
  document.ondrop = (event) => { event.preventDefault(); attach([...(event.dataTransfer?.files ?? [])]) }
  new ResizeObserver(fit).observe(document.body)
  chooseEmoji()
  ready()
}

function chooseEmoji() {
  const show = (yes: boolean) => {
    faces.hidden = !yes
    smile.setAttribute('aria-expanded', String(yes))
  }
  smile.onclick = () => {
    if (!faces.childElementCount) {
      for (const face of emoji.split(' ')) faces.append(h('button', { type: 'button', onclick: () => { insert(face); show(false) } }, face))
    }
    show(faces.hidden)
    if (!faces.hidden) (faces.firstElementChild as HTMLElement).focus()
  }
  faces.onkeydown = (event) => {
    const list = [...faces.children] as HTMLElement[]
    const at = list.indexOf(document.activeElement as HTMLElement)
    const ahead = document.documentElement.dir === 'rtl' ? -1 : 1
    const step = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: 8, ArrowUp: -8 }[event.key]
    if (step) { event.preventDefault(); list[at + step]?.focus() }
    if (event.key === 'Escape') { event.stopPropagation(); show(false); smile.focus() }
  }
  document.addEventListener('pointerdown', (event) => {
    if (!faces.contains(event.target as Node) && !smile.contains(event.target as Node)) show(false)
  })
}

function insert(text: string) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end')
  field.focus()
  grow()
}

function ready() {
  send.disabled = uploading() || !(field.value.trim() || attached().length)
}

// fit makes the field as high as its words; a field that isn't shown yet has no height to measure.
function fit() {
  field.style.height = ''
  if (field.scrollHeight) field.style.height = `${field.scrollHeight}px`
}

function grow() {
  fit()
  const drafts = read<Record<string, string>>('drafts') ?? {}
  if (field.value) drafts[slot] = field.value
  else delete drafts[slot]
  write('drafts', drafts)
  ready()
  changed()
}

// turnTo shows the draft of another conversation. What is in the field before the first one is known goes with it.
export function turnTo(conversation: string, first: boolean) {
  const before = field.value
  slot = conversation
  const kept = read<Record<string, string>>('drafts')?.[slot] ?? ''
  field.value = first && before ? (kept && !before.startsWith(kept) ? `${kept}\n${before}` : before) : kept
  if (!first) detachAll()
  grow()
}

// moveDraft keeps the words being written when a new conversation gets its name.
export function moveDraft(conversation: string) {
  const drafts = read<Record<string, string>>('drafts') ?? {}
  delete drafts[slot]
  write('drafts', drafts)
  slot = conversation
  grow()
}

// takeOver goes on where the player was typing in the page around the frame.
export function takeOver(draft: Draft | undefined, focus: boolean) {
  if (draft?.text) {
    field.setRangeText(draft.text, field.value.length, field.value.length, 'end')
    grow()
  }
  fit()
  if (focus) field.focus()
}

export function address(ask: boolean, kept: string, save: (email: string) => Promise<void>) {
  const form = find<HTMLFormElement>('address')
  const input = find<HTMLInputElement>('email')
  const note = find('address-note')
  if (!form.contains(document.activeElement)) form.hidden = !ask
  if (kept && document.activeElement !== input) { input.value = kept; note.textContent = t('address.saved', { Address: kept }) }
  form.onsubmit = (event) => {
    event.preventDefault()
    note.textContent = t('sending')
    save(input.value.trim()).then(
      () => { note.textContent = input.value ? t('address.saved', { Address: input.value.trim() }) : '' },
      (trouble: Error) => { note.textContent = trouble.message === 'later' ? t('address.later') : trouble.message })
  }
}
