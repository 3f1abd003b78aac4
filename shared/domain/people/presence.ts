import type { OpeningHours, Span } from '../assets/opening-hours.ts'
import { type Day, dayMs } from '../time.ts'
import { startOfDay, wallAt } from '../zone.ts'
import type { Person, TimeOff } from './person.ts'

/** The zone by whose calendar the days of somebody count. */
export const zoneOf = (openingHours: OpeningHours | undefined): string => openingHours?.timeZone ?? 'UTC'

export const localDay = (zone: string, ms: number): Day => new Date(wallAt(zone, ms)).toISOString().slice(0, 10)

/** Moment at which a local day begins. */
export const dayBegins = (zone: string, day: Day): number => startOfDay(zone, Date.parse(`${day}T00:00:00Z`))
export const nextDay = (day: Day): Day => new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10)

/** The local days that a span lies on, in order. */
export const localDays = (zone: string, { startMs, endMs }: Span): Day[] => {
  const days: Day[] = []
  const last = localDay(zone, Math.max(startMs, endMs - 1))
  for (let day = localDay(zone, startMs); day <= last; day = nextDay(day)) days.push(day)
  return days
}

/** Why somebody is not there in a span. */
export type Absence =
  | { readonly because: 'time-off'; readonly off: TimeOff }
  | { readonly because: 'left'; readonly lastDay: Day }

export const absencesIn = ({ timeOff, lastDay }: Person, zone: string, span: Span): Absence[] => {
  const days = localDays(zone, span)
  const [first = '', last = ''] = [days[0], days.at(-1)]
  return [
    ...timeOff
      .filter(({ from, to }) => from <= last && first <= to)
      .map((off) => ({ because: 'time-off', off }) as const),
    ...(lastDay !== undefined && last > lastDay ? [{ because: 'left', lastDay } as const] : []),
  ]
}

/** What of some spans is left when somebody's absences are taken out. */
export const presentIn = ({ timeOff, lastDay }: Person, zone: string, spans: readonly Span[]): Span[] => {
  const absent = [
    ...timeOff.map(({ from, to }) => ({ startMs: dayBegins(zone, from), endMs: dayBegins(zone, nextDay(to)) })),
    ...(lastDay === undefined ? [] : [{ startMs: dayBegins(zone, nextDay(lastDay)), endMs: Number.POSITIVE_INFINITY }]),
  ]
  return absent.reduce<Span[]>(
    (left, gone) =>
      left.flatMap(({ startMs, endMs }) =>
        [
          { startMs, endMs: Math.min(endMs, gone.startMs) },
          { startMs: Math.max(startMs, gone.endMs), endMs },
        ].filter((span) => span.startMs < span.endMs),
      ),
    [...spans],
  )
}

/** The last day on which a qualification holds: a day, `always`, or undefined where somebody never had it. */
export const qualifiedUntil = ({ qualifications }: Person, name: string): Day | 'always' | undefined => {
  const held = qualifications.filter((one) => one.name === name)
  if (held.length === 0) return undefined
  if (held.some(({ until }) => until === undefined)) return 'always'
  return held
    .map(({ until = '' }) => until)
    .toSorted()
    .at(-1)
}
