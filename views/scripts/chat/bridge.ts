// What the loader in the casino's page and the chat in its frame say to each other. Both ends send to one fixed
// origin and listen to one fixed window of one fixed origin; anything else is not for them.

export interface Draft { text: string; start: number; end: number }

export type ToFrame =
  | { say: 'opened'; draft?: Draft; modal: boolean }
  | { say: 'closed' }
  | { say: 'identity'; jwt: string }
  | { say: 'anonymous' }
  | { say: 'unidentified' }
  | { say: 'theme'; theme: Theme }
  | { say: 'forget' }
  | { say: 'shutdown' }

export type ToPage =
  | { say: 'ready' }
  | { say: 'identify' }
  | { say: 'unread'; count: number; known: boolean }
  | { say: 'close' }
  | { say: 'gone' }

export type Theme = 'light' | 'dark' | 'auto'
