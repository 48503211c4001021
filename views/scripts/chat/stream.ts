// The conversation as it happens: read with fetch (a header is needed), one stream per browser, shared by the tabs.
// The log is the truth: after any break it goes on from the last number seen.

import { Later, Refused, pause } from './api'
import { authorized } from './session'

export interface Listener {
  after(): number
  heard(event: string, data: unknown): void
  // joined is called when this tab listens to another's stream, which may be ahead of it.
  joined(): void
  connected(yes: boolean): void
}

const SILENCE = 40e3

// follow listens until the function it returns is called.
export function follow(conversation: string, listener: Listener): () => void {
  let stopped = false
  const stop = new AbortController()
  const name = `desk.${conversation}`
  let channel: BroadcastChannel | undefined
  try {
    channel = new BroadcastChannel(name)
    channel.onmessage = (message) => {
      const [event, data] = message.data as [string, unknown]
      if (event === 'connected') listener.connected(data as boolean)
      else listener.heard(event, data)
    }
  } catch { /* each tab for itself then */ }

  const say = (event: string, data: unknown) => {
    channel?.postMessage([event, data])
    listener.heard(event, data)
  }
  const connected = (yes: boolean) => {
    channel?.postMessage(['connected', yes])
    listener.connected(yes)
  }

  const lead = async () => {
    for (let n = 0; !stopped; ) {
      const began = Date.now()
      try {
        await listen(conversation, listener.after(), say, () => connected(true), stop.signal)
        n = Date.now() - began > 10e3 ? 0 : n
      } catch (trouble) {
        if (stopped) return
        if (trouble instanceof Refused && trouble.status === 403) {
          // The desk is shut. It may open again while the page stands.
          say('standing', { held: trouble.message })
          await pause(0, 30, stop.signal)
          continue
        }
        if (trouble instanceof Refused && trouble.status !== 401) return
        connected(false)
        await pause(n, trouble instanceof Later ? trouble.seconds : 0, stop.signal)
        n++
        continue
      }
      if (!stopped) await pause(n++ - 1, 0, stop.signal)
    }
  }

  void (async () => {
    if (!channel || !navigator.locks) return lead()
    const waiting = setTimeout(() => listener.joined(), 1000)
    try {
      await navigator.locks.request(name, { signal: stop.signal }, () => { clearTimeout(waiting); return lead() })
    } catch {
      clearTimeout(waiting)
      if (!stopped) return lead()
    }
  })()

  return () => {
    stopped = true
    stop.abort()
    channel?.close()
  }
}

async function listen(conversation: string, after: number, heard: (event: string, data: unknown) => void, opened: () => void, stop: AbortSignal) {
  const quiet = new AbortController()
  const end = () => quiet.abort()
  stop.addEventListener('abort', end)
  let silence = setTimeout(end, SILENCE)
  try {
    const answer = await authorized(`/stream?conversation=${conversation}&after=${after}`, { signal: quiet.signal })
    opened()
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(silence)
      silence = setTimeout(end, SILENCE)
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        let event = 'message'
        let data = ''
        for (const line of block.split('\n')) {
          if (line.startsWith('event:')) event = line.slice(6).trim()
          else if (line.startsWith('data:')) data += line.slice(5)
        }
        if (data) heard(event, JSON.parse(data))
      }
    }
  } finally {
    clearTimeout(silence)
    stop.removeEventListener('abort', end)
  }
}
