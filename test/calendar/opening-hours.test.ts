import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpenThroughout, openingHoursSchema, openSpans, weekdays } from '#domain/assets/opening-hours.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { wallAt } from '#domain/zone.ts'

const minute = 60_000

/** Days on which the clocks are changed, by an hour or by half of one. */
const changes = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
] as const

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

const allWeek = (hours: readonly { from: string; to: string }[], timeZone: string) =>
  openingHoursSchema.parse({ timeZone, week: Object.fromEntries(weekdays.map((day) => [day, hours])) })

/** What the words say, minute by minute: from the first that shows `from` or later to the last that shows less than `to`. */
const walkOf = (zone: string, day: string): readonly { at: number; wall: number }[] => {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const showing: { at: number; wall: number }[] = []
  for (let at = midnight - dayMs; at < midnight + 2 * dayMs; at += minute) {
    const wall = wallAt(zone, at) - midnight
    if (wall >= 0 && wall < dayMs) showing.push({ at, wall: wall / minute })
  }
  return showing
}

const walked = (showing: ReturnType<typeof walkOf>, from: number, to: number): [number, number] => {
  const opens = showing.find(({ wall }) => wall >= from)?.at ?? Number.NaN
  const lastInside = showing.findLast(({ wall }) => wall < to)?.at ?? Number.NaN
  return [opens, lastInside + minute]
}

describe('opening hours where the clocks are changed', () => {
  test.each(changes)('%s on %s are as a walk through its minutes finds them', (zone, day) => {
    const showing = walkOf(zone, day)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 96 }), (a, b) => {
        fc.pre(a < b)
        const [from, to] = [a * 15, b * 15]
        const hours = allWeek([{ from: clock(from), to: to === 1_440 ? '24:00' : clock(to) }], zone)
        const [opens, closes] = walked(showing, from, to)
        const midnight = Date.parse(`${day}T00:00:00Z`)
        const spans = openSpans(hours, { startMs: midnight - dayMs, endMs: midnight + 2 * dayMs })
        const found = spans.find(({ startMs, endMs }) => startMs < closes && opens < endMs)
        // A whole day touches its neighbours, so it is one span with them.
        if (opens >= closes) return
        expect(found && [found.startMs <= opens, found.endMs >= closes]).toEqual([true, true])
        if (from > 0) expect(instantOf(found?.startMs ?? 0)).toBe(instantOf(opens))
        if (to < 1_440) expect(instantOf(found?.endMs ?? 0)).toBe(instantOf(closes))
      }),
      { numRuns: 150, seed: 20_261_121 },
    )
  })

  test('a night shift over the change is one span, an hour longer or shorter', () => {
    const night = allWeek(
      [
        { from: '00:00', to: '06:00' },
        { from: '22:00', to: '24:00' },
      ],
      'Europe/Berlin',
    )
    const lengths = (from: string, to: string) =>
      openSpans(night, { startMs: Date.parse(from), endMs: Date.parse(to) }).map(
        (span) => (span.endMs - span.startMs) / 3_600_000,
      )
    expect(lengths('2026-10-24T18:00:00Z', '2026-10-25T12:00:00Z')).toEqual([9])
    expect(lengths('2026-03-28T18:00:00Z', '2026-03-29T12:00:00Z')).toEqual([7])
    expect(lengths('2026-06-10T18:00:00Z', '2026-06-11T12:00:00Z')).toEqual([8])
  })
})

describe('exceptions', () => {
  const hours = openingHoursSchema.parse({
    timeZone: 'Europe/Berlin',
    week: { thursday: [{ from: '09:00', to: '17:00' }], friday: [{ from: '09:00', to: '17:00' }] },
    exceptions: [
      { date: '2026-12-24', to: '2026-12-25', note: 'Christmas' },
      { date: '2026-12-25', hours: [{ from: '10:00', to: '12:00' }], note: 'Emergency hours' },
    ],
  })
  const open = (day: string) =>
    openSpans(hours, { startMs: Date.parse(`${day}T00:00:00+01:00`), endMs: Date.parse(`${day}T24:00:00+01:00`) }).map(
      ({ startMs, endMs }) => [instantOf(startMs).slice(11, 16), instantOf(endMs).slice(11, 16)],
    )

  test('take the place of the weekday; of two the later holds; a day without entry is closed', () => {
    expect(open('2026-12-17')).toEqual([['08:00', '16:00']])
    expect(open('2026-12-24')).toEqual([])
    expect(open('2026-12-25')).toEqual([['09:00', '11:00']])
    expect(open('2026-12-26')).toEqual([])
  })

  test('without hours it is always open; a span is open only if all of it is', () => {
    const span = (from: string, to: string) => ({ startMs: Date.parse(from), endMs: Date.parse(to) })
    expect(isOpenThroughout(undefined, span('2026-12-24T00:00Z', '2026-12-30T00:00Z'))).toBe(true)
    expect(isOpenThroughout(hours, span('2026-12-17T08:00Z', '2026-12-17T16:00Z'))).toBe(true)
    expect(isOpenThroughout(hours, span('2026-12-17T08:00Z', '2026-12-17T16:01Z'))).toBe(false)
    expect(isOpenThroughout(hours, span('2026-12-17T15:00Z', '2026-12-18T09:00Z'))).toBe(false)
  })

  test.each([
    [{ timeZone: 'Mars/Olympus', week: {} }, 'IANA'],
    [{ timeZone: 'UTC', week: { monday: [{ from: '18:00', to: '08:00' }] } }, 'before'],
    [
      {
        timeZone: 'UTC',
        week: {
          monday: [
            { from: '10:00', to: '12:00' },
            { from: '11:00', to: '13:00' },
          ],
        },
      },
      'follow',
    ],
    [{ timeZone: 'UTC', week: { monday: [{ from: '25:00', to: '26:00' }] } }, 'time of day'],
    [{ timeZone: 'UTC', week: {}, exceptions: [{ date: '2026-02-30' }] }, 'day'],
  ])('%o is refused with a word about it', (value, word) => {
    const parsed = openingHoursSchema.safeParse(value)
    expect(parsed.error?.issues.map(({ message }) => message).join()).toContain(word)
  })
})
