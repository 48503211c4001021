// Files chosen for the next message: uploaded at once, shown as chips, sent with it.

import { Later, Refused, pause } from './api'
import { find, h, icon } from './dom'
import type { Attachment, Config } from './model'
import { authorized } from './session'
import { bytes, t } from './words'

interface Chip { name: string; node: HTMLElement; stop: AbortController; file?: Attachment; failed?: boolean }

const list = find('chips')

let chips: Chip[] = []
let limits: Config['limits']
let changed: () => void

export function useAttachments(given: Config['limits'], on: () => void) {
  limits = given
  changed = on
}

export const uploading = () => chips.some((chip) => !chip.file && !chip.failed)

export const attached = () => chips.flatMap((chip) => chip.file ?? [])

export function attach(files: Iterable<File>) {
  for (const file of files) {
    if (chips.length >= limits.files) return complain(t('files.many', { Count: limits.files }))
    if (file.size > limits.file_bytes) { complain(t('files.large', { Name: file.name, Limit: bytes(limits.file_bytes) })); continue }
    if (file.size) void upload(file)
  }
}

export function detachAll() {
  for (const chip of chips) chip.stop.abort()
  chips = []
  list.replaceChildren()
  changed()
}

async function upload(file: File) {
  const status = h('span', { class: 'size', role: 'status' }, t('files.uploading'))
  const node = h('li', {}, icon('file'), h('span', { class: 'name', title: file.name }, h('bdi', {}, file.name || t('files.picture'))), status)
  const chip: Chip = { name: file.name, node, stop: new AbortController() }
  const remove = () => {
    chip.stop.abort()
    chips = chips.filter((other) => other !== chip)
    node.remove()
    changed()
    find('text').focus()
  }
  node.append(h('button', { type: 'button', class: 'small', 'aria-label': t('files.remove', { Name: file.name }), onclick: remove }, icon('cross')))
  list.append(node)
  chips.push(chip)
  changed()
  for (let n = 0; !chip.stop.signal.aborted; n++) {
    try {
      const path = `/files?name=${encodeURIComponent(file.name || 'image.png')}`
      const answer = await authorized(path, { method: 'POST', raw: file, signal: chip.stop.signal })
      chip.file = ((await answer.json()) as { file: Attachment }).file
      status.textContent = bytes(chip.file.size)
      break
    } catch (trouble) {
      if (chip.stop.signal.aborted) return
      if (trouble instanceof Refused) {
        chip.failed = true
        node.classList.add('failed')
        status.textContent = trouble.message || t('failed')
        break
      }
      status.textContent = t('waiting')
      await pause(n, trouble instanceof Later ? trouble.seconds : 0)
    }
  }
  changed()
}

function complain(sentence: string) {
  const node = h('li', { class: 'failed', role: 'alert' }, icon('warning'), h('span', { class: 'name' }, sentence))
  node.append(h('button', { type: 'button', class: 'small', 'aria-label': t('close'), onclick: () => node.remove() }, icon('cross')))
  list.append(node)
}
