import type { Instant } from '../time.ts'

const written =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:[T ](?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?\s*(?<zone>Z|[+-]\d{2}:?\d{2})?Z?$/

/**
 * A moment as old files write it: with a space for the T, without a zone where UTC is meant, with an offset and a Z after it.
 * @returns undefined where it is none
 */
export const legacyInstant = (text: unknown): Instant | undefined => {
  const { day, time = '00:00', zone = 'Z' } = (typeof text === 'string' && written.exec(text.trim())?.groups) || {}
  if (day === undefined) return undefined
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  const ms = Date.parse(`${day}T${time}${offset}`)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
