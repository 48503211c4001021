// Words and times in the player's language. The catalog comes with the page.

import type { Config } from './model'

let language = 'en'
let words: Config['words'] = {}
let plural = new Intl.PluralRules('en')
let clock = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' })

export function speak(config: Config) {
  words = config.words
  // A pseudo-locale has no rules of its own.
  language = formats(config.language)
  plural = new Intl.PluralRules(language)
  clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' })
}

// formats names the language whose numbers and times are written as the server writes them: British English, Arabic with
// Latin digits.
const formats = (tag: string) =>
  tag === 'en' || /^(en-XA|ar-XB)$/i.test(tag) ? 'en-GB' : /^ar(-|$)/.test(tag) ? `${tag}-u-nu-latn` : tag

export const tongue = () => document.documentElement.lang || language

export function t(id: string, values: Record<string, string | number> = {}): string {
  const word = words[`chat.${id}`]
  const text = (typeof word === 'object' ? word[plural.select(Number(values.Count ?? 1))] ?? word.other : word) ?? id
  return text.replace(/{{\s*\.(\w+)\s*}}/g, (_, name: string) => String(values[name] ?? ''))
}

export const hour = (at: string) => clock.format(new Date(at))

export const exact = (at: string) => new Date(at).toLocaleString(language, { dateStyle: 'full', timeStyle: 'medium' })

export function day(at: string): string {
  const then = new Date(at)
  const midnight = new Date().setHours(0, 0, 0, 0)
  const days = Math.round((midnight - new Date(at).setHours(0, 0, 0, 0)) / 86400000)
  if (days === 0) return t('today')
  if (days === 1) return t('yesterday')
  return then.toLocaleDateString(language, { day: 'numeric', month: 'long', year: days > 300 ? 'numeric' : undefined })
}

export function bytes(size: number): string {
  const [n, unit] = size < 1e6 ? [size / 1e3, 'kilobyte'] : [size / 1e6, 'megabyte']
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: n < 10 ? 1 : 0 }).format(n)
}
