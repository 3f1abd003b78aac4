/** Whatever is wrong in a laboratory, and however much of it at once: every cause is found, and nothing without one. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findingsOf } from '#domain/verification/audit.ts'
import { type Bench, day, inHours, openFacts } from './facts.ts'

/** What is put in, and what a person would say is wrong with it: code, severity, and what it is about. */
type Plant = (of: Bench) => readonly string[]
const said = (code: string, severity: string, about: string | undefined): string => `${code} ${severity} ${about}`

const hour = fc.integer({ min: -200, max: 300 })
/** The clocks of Berlin do not change in these weeks: a day is 24 hours, and six o’clock is six hours after it began. */
const dayOfHour = (start: number): number => Math.floor((start + 6) / 24)
const asBad = { error: 'critical', warning: 'warning', info: 'info' } as const
const nearness = (after: number): string => (after <= 1 ? 'critical' : after <= 7 ? 'warning' : 'info')

const gaps = fc.uniqueArray(fc.nat(6), { maxLength: 3 }).map(
  (without): Plant =>
    (of) => {
      const duty = of.duty(of.person(), without)
      // Today is a Monday, so the number of a weekday is how far away it is.
      return without.map((at) => said('rotation-gap', nearness(at), `${duty} ${day(at)}`))
    },
)

const holders = fc.uniqueArray(fc.nat(40), { maxLength: 4 }).map(
  (days): Plant =>
    (of) => {
      const timeOff = days.map((at) => ({ id: `off-${at}`, from: day(at), to: day(at), kind: 'sick' as const }))
      const holder = of.person({ timeOff })
      of.duty(holder)
      return days
        .filter((at) => at < 28)
        .map((at) => said('holder-unavailable', nearness(at), `${holder.id} ${day(at)}`))
    },
)

const orders = fc
  .record({ status: fc.constantFrom('new', 'deferred', 'planned', 'committed', 'rejected'), due: fc.option(hour) })
  .map(
    ({ status, due }): Plant =>
      (of) => {
        const { id } = of.order({ status: status as 'new', ...(due !== null && { due: inHours(due) }) })
        if (due === null || due > 72 || (status !== 'new' && status !== 'deferred')) return []
        return [said('urgent-order', due <= 24 ? 'critical' : 'warning', id)]
      },
  )

const conflicts = fc
  .record({ start: hour, severity: fc.constantFrom('error', 'warning', 'info'), open: fc.boolean() })
  .map(
    ({ start, severity, open }): Plant =>
      (of) => {
        const kind = severity as keyof typeof asBad
        const { id } = of.conflict(start, { severity: kind, status: open ? 'open' : 'resolved' })
        return open && start > -1 && start < 168 ? [said('open-conflict', asBad[kind], id)] : []
      },
  )

const companions = fc
  .record({
    start: fc.integer({ min: 0, max: 200 }),
    gap: fc.option(fc.integer({ min: -30, max: 60 })),
    least: fc.nat(10),
    more: fc.option(fc.nat(20)),
    sameDay: fc.boolean(),
    sameAsset: fc.boolean(),
    others: fc.boolean(),
  })
  .map(
    ({ start, gap, least, more, sameDay, sameAsset, others }): Plant =>
      (of) => {
        const follows = {
          minMinutes: least * 60,
          ...(more !== null && { maxMinutes: (least + more) * 60 }),
          ...(sameDay && { sameDay, timeZone: 'Europe/Berlin' }),
          ...(others && { otherAssets: true }),
        }
        const ends = start - (gap ?? 0)
        const on = sameAsset ? ('ast_other' as const) : ('ast_first' as const)
        const { id } = of.pair(follows, gap === null ? undefined : { start: ends - 1, assetId: on }, start)
        // The hour of the one that is followed ends at `ends`; what ends at midnight belongs to the day before.
        const day0 = Math.ceil((ends + 6) / 24) - 1
        const wrong =
          gap === null ||
          gap < least ||
          (more !== null && gap > least + more) ||
          (sameDay && (dayOfHour(start) !== day0 || Math.ceil((start + 1 + 6) / 24) - 1 !== day0)) ||
          (others && sameAsset)
        return wrong && start < 168 ? [said('broken-companion', 'critical', id)] : []
      },
  )

const working = fc
  .record({
    starts: fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { maxLength: 24 }),
    off: fc.option(fc.nat(6)),
    perDay: fc.option(fc.integer({ min: 1, max: 8 })),
    perWeek: fc.option(fc.integer({ min: 1, max: 22 })),
    known: fc.boolean(),
  })
  .map(
    ({ starts, off, perDay, perWeek, known }): Plant =>
      (of) => {
        const timeOff = off === null ? [] : [{ id: 'off', from: day(off), to: day(off), kind: 'other' as const }]
        const limits = { ...(perDay !== null && { perDay }), ...(perWeek !== null && { perWeek }) }
        const person = of.person({ timeOff, limits })
        const expected: string[] = []
        // All of it lies before Saturday, in one week.
        for (const start of starts) {
          const { reservationId } = of.works(person, start)
          // What begins an hour before midnight ends at midnight, on the same day.
          if (dayOfHour(start) !== off) continue
          if (!known) expected.push(said('booked-while-absent', 'critical', person.id))
          else {
            const about = { type: 'absent' as const, assetId: person.id, reservationIds: [reservationId] }
            expected.push(said('open-conflict', 'critical', of.conflict(start, about).id))
          }
        }
        const most = Math.max(
          0,
          ...[0, 1, 2, 3, 4].map((at) => starts.filter((start) => dayOfHour(start) === at).length),
        )
        if (starts.length >= 19 || (perWeek !== null && starts.length > perWeek) || (perDay !== null && most > perDay))
          expected.push(said('too-much-work', 'warning', person.id))
        return expected
      },
  )

const qualified = fc
  .record({ until: fc.option(fc.integer({ min: -5, max: 30 })), starts: fc.array(fc.nat(200), { maxLength: 4 }) })
  .map(
    ({ until, starts }): Plant =>
      (of) => {
        const person = of.person({ qualifications: [{ name: 'laser', ...(until !== null && { until: day(until) }) }] })
        const assets = [{ assetId: person.id, units: 1 }]
        const found = new Set<string>()
        for (const start of starts) {
          of.slot(of.order({ requirements: [{ capability: 'laser', units: 1 }] }), start, { assets })
          if (until === null || start >= 168) continue
          if (dayOfHour(start) > until) found.add(said('qualification', 'critical', person.id))
          else if (until <= 14) found.add(said('qualification', 'warning', person.id))
        }
        return [...found]
      },
  )

const proposals = fc
  .array(fc.record({ start: hour, state: fc.constantFrom('proposed', 'edited', 'kept', 'committed', 'dropped') }), {
    maxLength: 4,
  })
  .map(
    (items): Plant =>
      (of) => {
        const id = of.proposal(...items.map(({ start, state }) => ({ start, state: state as 'proposed' })))
        const waits = items.some(
          ({ start, state }) => start >= 0 && start < 48 && (state === 'proposed' || state === 'edited'),
        )
        return waits ? [said('approval-waiting', 'warning', id)] : []
      },
  )

const failures = fc
  .record({ start: fc.integer({ min: -400, max: -2 }), status: fc.constantFrom('new', 'committed', 'completed') })
  .map(
    ({ start, status }): Plant =>
      (of) => {
        const { id } = of.slot(of.order({ status: status as 'new' }), start, { status: 'failed' })
        return status === 'new' && start >= -168 ? [said('failed-work', 'warning', id)] : []
      },
  )
const recoveries = fc.constant<Plant>((of) => [said('failed-work', 'warning', of.recovery())])

const plants = fc.array(
  fc.oneof(gaps, holders, orders, conflicts, companions, working, qualified, proposals, failures, recoveries),
  { maxLength: 12 },
)

test('every planted cause is found, and nothing is found without one', () => {
  fc.assert(
    fc.property(plants, (all) => {
      const bench = openFacts()
      const expected = all.flatMap((plant) => plant(bench))
      const { duties } = bench.facts.rotation
      const found = findingsOf(bench.facts).map(({ code, severity, about, date, message }) => {
        const duty = duties.find(({ name }) => message.includes(`"${name}"`))?.duty
        const about0 =
          code === 'rotation-gap' ? `${duty} ${date}` : code === 'holder-unavailable' ? `${about[0]} ${date}` : about[0]
        return said(code, severity, about0)
      })
      expect(found.toSorted()).toEqual(expected.toSorted())
    }),
    { numRuns: 300 },
  )
})
