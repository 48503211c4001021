// One call to the desk, and the two ways in which it can go wrong: refused for good, or not now.

import { tongue } from './words'

// Refused is the desk's own no; its message is a sentence for the player.
export class Refused extends Error {
  constructor(readonly status: number, sentence: string) { super(sentence) }
}

// Later means that the same request may go through in a while (seconds, when the desk said how long).
// A sentence is there when the desk gave one: that the player is too fast, for instance.
export class Later extends Error {
  constructor(readonly seconds: number, readonly sentence = '') { super('later') }
}

const passing = [408, 425, 429, 500, 502, 503, 504]

export interface Call { method?: string; body?: unknown; raw?: Blob; token?: string; signal?: AbortSignal }

export async function ask(path: string, call: Call = {}): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': tongue() }
  if (call.token) headers.Authorization = `Bearer ${call.token}`
  if (call.body !== undefined) headers['Content-Type'] = 'application/json'
  else if (call.raw?.type) headers['Content-Type'] = call.raw.type
  let answer: Response
  try {
    answer = await fetch('/chat/api' + path, {
      method: call.method ?? (call.body === undefined ? 'GET' : 'POST'),
      headers,
      body: call.body === undefined ? call.raw : JSON.stringify(call.body),
      signal: call.signal,
      credentials: 'omit',
      // The page may be on its way out when it signs out.
      keepalive: call.method === 'DELETE',
      cache: 'no-store',
    })
  } catch (trouble) {
    if (call.signal?.aborted) throw trouble
    throw new Later(0)
  }
  if (answer.ok) return answer
  let sentence = ''
  try { sentence = ((await answer.json()) as { detail?: string }).detail ?? '' } catch { /* not ours; the status has to do */ }
  if (!passing.includes(answer.status)) throw new Refused(answer.status, sentence)
  throw new Later(Number(answer.headers.get('Retry-After')) || 0, answer.status === 429 ? sentence : '')
}

// pause waits before try number n: as long as the desk said, else 1, 2, 4… up to 30 seconds with some chance in it.
// It ends early when the network comes back or stop says so.
export function pause(n: number, seconds = 0, stop?: AbortSignal): Promise<void> {
  const wait = seconds ? seconds * 1000 : Math.min(30000, 1000 * 2 ** n) * (0.7 + Math.random() * 0.6)
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); removeEventListener('online', done); resolve() }
    const timer = setTimeout(done, wait)
    addEventListener('online', done)
    stop?.addEventListener('abort', done)
  })
}
