/** What stands for a subject that is empty or was never given. */
const noSubject = '(no subject)'

const numbers = new Intl.NumberFormat('en')

/** 12345 → "12,345". */
export function count(n: number): string {
  return numbers.format(n)
}

/** counted(1, "message") → "1 message"; the plural adds "s" unless it is given. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** The day of an instant in UTC, "2016-10-03"; "undated" for none. */
export function day(instant: string | null): string {
  return instant ? iso(instant).slice(0, 10) : 'undated'
}

/** The minute of an instant in UTC, "2016-10-03 14:05"; "undated" for none. */
export function minute(instant: string | null): string {
  return instant ? iso(instant).slice(0, 16).replace('T', ' ') : 'undated'
}

/** The second of an instant in UTC, "2016-10-03 14:05:09 UTC". */
export function second(instant: string): string {
  return `${iso(instant).slice(0, 19).replace('T', ' ')} UTC`
}

/** An instant on the clock it was written on, "Mon 2016-10-03 10:05:09 −0400"; offset in seconds east of UTC. */
export function asSent(instant: string, offset: number): string {
  const local = new Date(Date.parse(instant) + offset * 1000)
  if (Number.isNaN(local.valueOf())) return instant
  const weekday = local.toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' })
  return `${weekday} ${local.toISOString().slice(0, 19).replace('T', ' ')} ${zone(offset)}`
}

function zone(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${offset < 0 ? '−' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}

function iso(instant: string): string {
  const date = new Date(instant)
  return Number.isNaN(date.valueOf()) ? instant : date.toISOString()
}

/** 2048 → "2.0 KB", in powers of 1024. */
export function bytes(n: number): string {
  if (n < 1024) return counted(n, 'byte')
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = n
  let unit = ''
  for (const next of units) {
    if (value < 1024) break
    value /= 1024
    unit = next
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`
}

/**
 * Text of a stranger for one line. Characters that turn the reading direction
 * or control a terminal could make a name or a file name look like another, so
 * they are shown as U+FFFD.
 */
export function line(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}

/** A subject for one line, or what stands for none. */
export function subjectLine(subject: string | null): string {
  return subject ? line(subject) : noSubject
}

/** The name of a correspondent, or the address when the mail gives none. */
export function nameOf(who: { name: string | null; address: string }): string {
  return line(who.name?.trim() ? who.name : who.address)
}

/** The first names of a list, "Ada, Ben and 12 more". */
export function nameList(people: { name: string | null; address: string }[], most = 3): string {
  const names = people.slice(0, most).map(nameOf).join(', ')
  const rest = people.length - most
  return rest > 0 ? `${names} and ${count(rest)} more` : names
}

/** The address of a web page when it is safe to link to: http or https only. */
export function webAddress(text: string | null): string | undefined {
  if (!text || !URL.canParse(text)) return undefined
  return ['http:', 'https:'].includes(new URL(text).protocol) ? text : undefined
}

/**
 * The beginning of a mail on one line: what its author wrote, without quoted
 * lines and the line that introduces them, or all of it when nothing else is there.
 */
export function ownWords(text: string): string {
  const lines = text.split(/\r?\n/)
  const own = lines.filter(
    (text, i) => !isQuoted(text) && !(isQuoted(lines[i + 1]) && text.endsWith(':')),
  )
  const words = oneLine(own)
  return words === '' ? oneLine(lines) : words
}

function isQuoted(text: string | undefined): boolean {
  return text !== undefined && /^\s*>/.test(text)
}

function oneLine(lines: string[]): string {
  return line(lines.join(' ').replaceAll(/\s+/g, ' ').trim())
}

/** A subject without the prefixes of replies and forwards, for comparing. */
export function bareSubject(subject: string | null): string {
  let bare = (subject ?? '').trim()
  for (let i = 0; i < 20; i++) {
    const next = bare.replace(/^(re|fwd?|aw|wg|sv|antw|tr)(\[\d+\])?\s*:\s*/i, '')
    if (next === bare) break
    bare = next
  }
  return bare
}
