// Words on their way. Each has its own client id, is kept in the browser until the desk has it on disk, and is sent again under
// the same id for as long as that takes: late, perhaps, but never twice.

import { Later, Refused, pause } from './api'
import { read, write } from './keep'
import type { Attachment, Conversation, Entry } from './model'
import { authorized } from './session'

export interface Parcel {
  client_id: string
  owner?: string
  // conversation is empty until the desk has opened one for it; slot tells two new ones apart.
  conversation: string
  topic?: string
  // look and article are what the words take along from the answers that were offered.
  look?: string
  article?: string
  text: string
  files: Attachment[]
  at: string
  // trouble is the desk's final no; waiting, that it hasn't got through yet.
  trouble?: string
  waiting?: boolean
  // told is what the desk says about the waiting, when it does.
  told?: string
}

export interface Sent { parcel: Parcel; entry: Entry; conversation?: Conversation }

let parcels: Parcel[] = []
let running = false
let told: { changed(): void; sent(s: Sent): void }

export function useOutbox(listener: typeof told) {
  told = listener
  parcels = (read<Parcel[]>('outbox') ?? []).map((parcel) => ({ ...parcel, waiting: true }))
}

export const pending = () => parcels

export function post(draft: { conversation: string; topic?: string; look?: string; article?: string; text: string; files: Attachment[]; owner?: string }) {
  parcels.push({ ...draft, client_id: newId(), at: new Date().toISOString() })
  save()
  void run()
}

export function retry(parcel: Parcel) {
  // Refused words get a new id: the old one may stand for something else.
  Object.assign(parcel, { trouble: undefined, waiting: false, client_id: newId() })
  save()
  void run()
}

export function discard(parcel: Parcel) {
  parcels = parcels.filter((other) => other !== parcel)
  save()
}

// own gives nobody's words to the player who has come, a visitor's too when the visitor has just signed in, and drops those of others.
export function own(player: string, signedIn: boolean) {
  parcels = parcels.filter((parcel) => !parcel.owner || parcel.owner === player || signedIn)
  for (const parcel of parcels) parcel.owner = player
  save()
}

export function empty() {
  parcels = []
  told?.changed()
}

function save() {
  write('outbox', parcels)
  told.changed()
}

export async function run() {
  if (running) return
  running = true
  for (let n = 0; ; ) {
    const parcel = parcels.find((candidate) => !candidate.trouble)
    if (!parcel) break
    try {
      await send(parcel)
      n = 0
    } catch (trouble) {
      if (trouble instanceof Refused) {
        parcel.trouble = trouble.message || ' '
        save()
        continue
      }
      parcel.waiting = true
      parcel.told = trouble instanceof Later ? trouble.sentence : ''
      told.changed()
      await pause(n++, trouble instanceof Later ? trouble.seconds : 0)
    }
  }
  running = false
}

async function send(parcel: Parcel) {
  const fresh = !parcel.conversation
  const answer = await authorized(fresh ? '/conversations' : `/conversations/${parcel.conversation}/messages`, {
    body: {
      client_id: parcel.client_id,
      text: parcel.text,
      topic: fresh ? parcel.topic : undefined,
      look: fresh ? parcel.look : undefined,
      article: fresh ? parcel.article : undefined,
      files: parcel.files.length ? parcel.files.map((file) => file.id) : undefined,
    },
  })
  const { entry, conversation } = (await answer.json()) as { entry: Entry; conversation?: Conversation }
  parcels = parcels.filter((other) => other !== parcel)
  if (fresh) for (const other of parcels) other.conversation ||= entry.conversation
  told.sent({ parcel, entry, conversation })
  save()
}

export function newId(): string {
  // randomUUID is missing on plain http.
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}
