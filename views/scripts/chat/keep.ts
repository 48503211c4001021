// What the chat keeps in this browser: the session, words not yet sent, drafts. In a frame the browser gives every casino
// a store of its own; where it gives none, things last as long as the page.

const memory = new Map<string, string>()

export function read<T>(key: string): T | undefined {
  let text = memory.get(key)
  try { text = localStorage.getItem('desk.' + key) ?? undefined } catch { /* no store: memory it is */ }
  if (!text) return
  try { return JSON.parse(text) as T } catch { return }
}

export function write(key: string, value: unknown) {
  const text = JSON.stringify(value)
  memory.set(key, text)
  try { localStorage.setItem('desk.' + key, text) } catch { /* full or forbidden */ }
}

export function drop(...keys: string[]) {
  for (const key of keys) {
    memory.delete(key)
    try { localStorage.removeItem('desk.' + key) } catch { /* nothing there then */ }
  }
}

// elsewhere calls back when another tab of the same casino has changed or dropped the key.
export function elsewhere(key: string, changed: (dropped: boolean) => void) {
  addEventListener('storage', (event) => {
    if (event.key === 'desk.' + key) changed(event.newValue === null)
  })
}
