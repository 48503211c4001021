// The shapes of docs/chat.md, as far as this chat uses them.

export interface Attachment { id: string; name: string; type: string; size: number; width?: number; height?: number; url: string }

export interface Entry {
  conversation: string
  seq: number
  kind: string
  author: 'player' | 'agent' | 'bot' | 'ai' | 'system'
  name: string
  text: string
  files: Attachment[]
  at: string
  client_id: string
  erased: boolean
}

export interface Marks { player: number; agent: number; delivered: number }

export interface Queue { ahead: number | null; agents: boolean }

export interface Conversation {
  id: string
  state: string
  topic: { id: string; name: string } | null
  started_at: string
  last_at: string
  last_seq: number
  unread: number
  linked: boolean
  preview: string
  seen: Marks
  agent: { name: string } | null
  queue: Queue
  address: string
}

// reachable: the desk knows an address of theirs already.
export interface Player { id: string; name: string; verified: boolean; reachable: boolean }

// Answer is an article of the help centre; html and dir are there once it is opened.
export interface Answer { id: string; language: string; title: string; summary: string; url: string; html?: string; dir?: string }

export interface Opened { token: string; expires_at: string; player: Player; conversations: Conversation[] }

export type Word = string | Record<string, string>

export interface Config {
  name: string
  language: string
  dir: 'ltr' | 'rtl'
  agents: boolean
  greeting: string
  topics: { id: string; name: string }[]
  limits: { text: number; files: number; file_bytes: number }
  words: Record<string, Word>
  // embedder is the origin of the page around the frame; empty when the chat is a page of its own.
  embedder: string
  // held is why nothing can be sent at present; empty while it can.
  held: string
  // popular are answers to offer before anything is typed; article is the one whose page led here.
  popular?: Answer[]
  article?: { id: string; name: string }
}
