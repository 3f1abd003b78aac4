import { dayMs } from '../time.ts'
import { wallAt } from '../zone.ts'

/** One event of a feed. With a zone it is told by the clocks there, and its other times follow as recurrences. */
export type FeedEvent = {
  readonly uid: string
  readonly sequence: number
  readonly stampMs: number
  readonly startMs: number
  readonly endMs: number
  readonly summary: string
  readonly description?: string | undefined
  readonly location?: string | undefined
  readonly tentative: boolean
  readonly recurs?: { readonly timeZone: string; readonly alsoMs: readonly number[] } | undefined
}

const digits = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
const utc = (ms: number): string => digits(ms)
const local = (zone: string, ms: number): string => digits(wallAt(zone, ms)).slice(0, -1)

const escaped = (text: string): string =>
  text.replaceAll(/[\\;,]/g, (character) => `\\${character}`).replaceAll(/\r?\n/g, '\\n')

/** Lines have 75 octets at most; what is longer goes on in the next, behind a space (RFC 5545, 3.1). */
const folded = (line: string): string => {
  const pieces: string[] = []
  let piece = ''
  let octets = 0
  for (const character of line) {
    const code = character.codePointAt(0) ?? 0
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    if (octets + size > 74) {
      pieces.push(piece)
      piece = ''
      octets = 1
    }
    piece += character
    octets += size
  }
  return [...pieces, piece].join('\r\n ')
}

const offsetText = (ms: number): string => {
  const minutes = Math.abs(ms) / 60_000
  const pad = (n: number): string => String(Math.floor(n)).padStart(2, '0')
  return `${ms < 0 ? '-' : '+'}${pad(minutes / 60)}${pad(minutes % 60)}`
}

const offsetAt = (zone: string, ms: number): number =>
  wallAt(zone, Math.floor(ms / 1000) * 1000) - Math.floor(ms / 1000) * 1000

/** The first moment of a new offset after one day at most; undefined where the offset stays. */
const transitionIn = (zone: string, fromMs: number, toMs: number): number | undefined => {
  const before = offsetAt(zone, fromMs)
  if (before === offsetAt(zone, toMs)) return undefined
  let [low, high] = [fromMs, toMs]
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000
    if (offsetAt(zone, middle) === before) low = middle
    else high = middle
  }
  return high
}

/** The offsets of a zone within a span, as RFC 5545 wants them: one observance for each change, and one to begin with. */
const zoneLines = (zone: string, fromMs: number, toMs: number): string[] => {
  const lines = ['BEGIN:VTIMEZONE', `TZID:${zone}`]
  const start = Math.floor((fromMs - 2 * dayMs) / 1_000) * 1_000
  const observe = (wall: number, before: number, after: number): void => {
    const name = after > before ? 'DAYLIGHT' : 'STANDARD'
    lines.push(
      `BEGIN:${name}`,
      `DTSTART:${digits(wall).slice(0, -1)}`,
      `TZOFFSETFROM:${offsetText(before)}`,
      `TZOFFSETTO:${offsetText(after)}`,
      `END:${name}`,
    )
  }
  const first = offsetAt(zone, start)
  observe(start + first, first, first)
  for (let at = start; at < toMs + dayMs; at += dayMs) {
    const change = transitionIn(zone, at, at + dayMs)
    if (change === undefined) continue
    const [before, after] = [offsetAt(zone, change - 1_000), offsetAt(zone, change)]
    observe(change + before, before, after)
  }
  return [...lines, 'END:VTIMEZONE']
}

const eventLines = (event: FeedEvent): string[] => {
  const { recurs } = event
  const at = (name: string, ms: number): string =>
    recurs ? `${name};TZID=${recurs.timeZone}:${local(recurs.timeZone, ms)}` : `${name}:${utc(ms)}`
  return [
    'BEGIN:VEVENT',
    `UID:${event.uid}`,
    `DTSTAMP:${utc(event.stampMs)}`,
    `SEQUENCE:${event.sequence}`,
    at('DTSTART', event.startMs),
    at('DTEND', event.endMs),
    // Its own start is among them, because some programs take the list for the whole; a date told twice counts once.
    ...(recurs && recurs.alsoMs.length > 0
      ? [
          `RDATE;TZID=${recurs.timeZone}:${[event.startMs, ...recurs.alsoMs].map((ms) => local(recurs.timeZone, ms)).join(',')}`,
        ]
      : []),
    `SUMMARY:${escaped(event.summary)}`,
    ...(event.description ? [`DESCRIPTION:${escaped(event.description)}`] : []),
    ...(event.location ? [`LOCATION:${escaped(event.location)}`] : []),
    `STATUS:${event.tentative ? 'TENTATIVE' : 'CONFIRMED'}`,
    'END:VEVENT',
  ]
}

/** A calendar in the text of RFC 5545; the same events give the same text. */
export const vcalendar = (name: string, events: readonly FeedEvent[]): string => {
  const spans = new Map<string, { from: number; to: number }>()
  for (const { recurs, startMs, endMs } of events) {
    if (!recurs) continue
    const { from, to } = spans.get(recurs.timeZone) ?? { from: startMs, to: endMs }
    spans.set(recurs.timeZone, {
      from: Math.min(from, startMs, ...recurs.alsoMs),
      to: Math.max(to, endMs, ...recurs.alsoMs),
    })
  }
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Benchtime//Benchtime//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    ...[...spans].flatMap(([zone, { from, to }]) => zoneLines(zone, from, to)),
    ...events.flatMap(eventLines),
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}
