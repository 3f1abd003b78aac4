/**
 * Wall time and instants. The only place that knows about daylight saving.
 *
 * EventBridge Scheduler: a wall time that does not exist (spring) does not fire; one that exists twice (autumn) fires at
 * the FIRST of the two. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */

/** Milliseconds since the epoch of a wall time as if it were UTC: a number that names a wall time without a zone. */
export type Wall = number

const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    era: 'short',
  })
  formats.set(zone, made)
  return made
}

/** Whether the zone is an IANA name this runtime knows. Offsets such as `+01:00` are not names. */
export const isZone = (zone: string): boolean => {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone) || zone.length > 50) return false
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** The wall time at an instant, asked of the runtime; slow, so the answers are kept as offsets. */
const wallAsked = (zone: string, ms: number): Wall => {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(ms)) if (type !== 'literal') part[type] = Number(value)
  const whole = Date.UTC(
    part.year ?? 0,
    (part.month ?? 1) - 1,
    part.day ?? 1,
    part.hour ?? 0,
    part.minute ?? 0,
    part.second ?? 0,
  )
  return whole + (((ms % 1000) + 1000) % 1000)
}

/** Spans at whose ends the offset is the same have it in between: no zone changes twice within hours. */
const spanMs = 6 * 3_600_000
const mostKept = 20_000
const offsets = new Map<string, Map<number, number | undefined>>()

/** The offset of a zone throughout the span that an instant lies in; undefined where it changes in it. */
const offsetAround = (zone: string, ms: number): number | undefined => {
  const kept = offsets.get(zone) ?? new Map<number, number | undefined>()
  if (kept.size === 0 || kept.size > mostKept) {
    kept.clear()
    offsets.set(zone, kept)
  }
  const span = Math.floor(ms / spanMs)
  if (kept.has(span)) return kept.get(span)
  const [start, end] = [span * spanMs, (span + 1) * spanMs]
  const offset = wallAsked(zone, start) - start
  const constant = wallAsked(zone, end) - end === offset ? offset : undefined
  kept.set(span, constant)
  return constant
}

/** The wall time that the zone's clocks show at an instant. */
export const wallAt = (zone: string, ms: number): Wall => {
  if (zone === 'UTC') return ms
  const offset = offsetAround(zone, ms)
  return offset === undefined ? wallAsked(zone, ms) : ms + offset
}

/** Every instant at which the zone's clocks show this wall time: none in a gap, two in an overlap, in order. */
export const instantsOf = (zone: string, wall: Wall): number[] => {
  if (zone === 'UTC') return [wall]
  // Offsets in force around the wall time; no zone moves by more than a day, and offsets lie within ±15 h.
  const around = [wall - 86_400_000, wall - 10_800_000, wall, wall + 10_800_000, wall + 86_400_000]
  const offsets = new Set(around.map((ms) => wallAt(zone, ms) - ms))
  const found = new Set<number>()
  for (const offset of offsets) if (wallAt(zone, wall - offset) === wall) found.add(wall - offset)
  return [...found].sort((a, b) => a - b)
}

/** The instant at which the zone's clocks show a wall time first; in a gap, where they show none, the one an hour on. */
export const instantAt = (zone: string, wall: Wall): number =>
  instantsOf(zone, wall)[0] ?? instantsOf(zone, wall + 3_600_000)[0] ?? wall

/** No clocks skip more than a day and some. */
const mostSkippedMs = 2 * 86_400_000

/**
 * The first instant of a day, told as its wall time at midnight; where clocks skip that, the next that they show.
 * @throws RangeError where that is no day
 */
export const startOfDay = (zone: string, midnight: Wall): number => {
  for (let at = midnight; at < midnight + mostSkippedMs; at += 60_000) {
    const [instant] = instantsOf(zone, at)
    if (instant !== undefined) return instant
  }
  throw new RangeError(`${zone} has no day that begins at ${midnight}`)
}

/** Wall time for a person: `2026-11-20 09:00`. */
export const localTime = (zone: string, ms: number): string =>
  new Date(wallAt(zone, ms)).toISOString().slice(0, 16).replace('T', ' ')
