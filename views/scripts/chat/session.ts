// Who is chatting. The page around the frame is asked for a signed identity; with one the session is the player's, without
// a visitor's. A kept session is used again only for the same player, so that nobody sees the words of whoever sat here before.

import { Later, Refused, ask, pause, type Call } from './api'
import { drop, read, write } from './keep'
import type { Conversation, Opened, Player } from './model'
import { tongue } from './words'

interface Session { token: string; expires: number; player: Player; sub?: string }

// Who is what the page answered: an identity, nobody, or no answer for now.
export type Who = { jwt: string } | 'nobody' | 'unknown'

export interface Hooks {
  who(): Promise<Who>
  // changed is told of every session, with the conversations when they came along.
  changed(player: Player, conversations?: Conversation[], from?: string): void
  expired(): void
}

let hooks: Hooks
let current: Session | undefined
let opening: Promise<Session> | undefined
let renewal = 0

export function useSession(given: Hooks) { hooks = given }

export const player = () => current?.player

// remembered says whether this browser has chatted before.
export const remembered = () => read<Session>('session') !== undefined

// renew opens a session anew; fresh means that a kept token won't do.
export function renew(fresh = true, told?: Who): Promise<Session> {
  opening ??= open(fresh, told).finally(() => { opening = undefined })
  return opening
}

async function open(fresh: boolean, told?: Who): Promise<Session> {
  for (let n = 0, refusals = 0; ; n++) {
    const who = told ?? (await hooks.who())
    told = undefined
    try {
      // A page that can't say who is there mustn't keep anybody from asking for help: they go on as a visitor, and what they
      // say is linked when they can be named again.
      if (who === 'unknown' && (n < 3 || current)) throw new Later(0)
      return await enter(refusals > 1 || who === 'unknown' ? 'nobody' : who, fresh)
    } catch (trouble) {
      if (trouble instanceof Refused && trouble.status === 401 && refusals < 2) {
        // For the casino's developers; the player goes on as a visitor.
        console.warn(`Desk: the identity was refused: ${trouble.message}`)
        refusals++
        continue
      }
      if (!(trouble instanceof Later)) throw trouble
      await pause(n, trouble.seconds)
    }
  }
}

async function enter(who: Exclude<Who, 'unknown'>, fresh: boolean): Promise<Session> {
  const kept = current ?? read<Session>('session')
  const good = kept && kept.expires > Date.now() + 120e3
  if (who === 'nobody') {
    const visitor = kept && !kept.player.verified ? kept : undefined
    if (visitor && good && !fresh) return settle(visitor)
    return exchange({ visitor: visitor?.token })
  }
  const sub = subject(who.jwt)
  const same = kept?.player.verified && kept.sub === sub
  if (same && good && !fresh) return settle(kept)
  return exchange({ identity: who.jwt, visitor: kept?.player.verified ? undefined : kept?.token }, sub)
}

async function exchange(body: { identity?: string; visitor?: string }, sub?: string): Promise<Session> {
  const answer = await ask('/session', { body: { ...body, language: tongue() } })
  const opened = (await answer.json()) as Opened
  const session = { token: opened.token, expires: Date.parse(opened.expires_at), player: opened.player, sub }
  return settle(session, opened.conversations, body.visitor && body.identity ? 'visitor' : undefined)
}

function settle(session: Session, conversations?: Conversation[], from?: string): Session {
  current = session
  write('session', session)
  clearTimeout(renewal)
  // Two minutes before the end, and never further ahead than a timer can count.
  renewal = setTimeout(() => void renew(current!.expires - Date.now() < 180e3),
    Math.max(5e3, Math.min(session.expires - Date.now() - 120e3, 12 * 3600e3)))
  hooks.changed(session.player, conversations, from)
  return session
}

// authorized makes the call with the session's token, opening a session first or, once, again when the token has ended.
export async function authorized(path: string, call: Call = {}): Promise<Response> {
  const session = current ?? (await renew(false))
  try {
    return await ask(path, { ...call, token: session.token })
  } catch (trouble) {
    if (!(trouble instanceof Refused) || trouble.status !== 401) throw trouble
    if (current?.token === session.token) await renew(true)
    return ask(path, { ...call, token: current!.token })
  }
}

// leave forgets the session, here and at the desk.
export async function leave() {
  const token = current?.token ?? read<Session>('session')?.token
  forget()
  if (token) await ask('/session', { method: 'DELETE', token }).catch(() => undefined)
}

export function forget() {
  clearTimeout(renewal)
  current = undefined
  drop('session', 'outbox', 'drafts', 'look')
}

// subject reads whom an identity is for. It proves nothing and decides only whether a kept session may be used.
function subject(jwt: string): string {
  try {
    const bytes = Uint8Array.from(atob(jwt.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
    return String((JSON.parse(new TextDecoder().decode(bytes)) as { sub: unknown }).sub)
  } catch {
    return ''
  }
}
