/** Rule by rule: what is a finding, how bad it is, and what is none. */
import { describe, expect, test } from 'vitest'
import type { TimeOff } from '#domain/people/person.ts'
import { findingsOf } from '#domain/verification/audit.ts'
import { type FindingCode, type FindingSeverity, findingCodes } from '#domain/verification/verification.ts'
import { type Bench, day, inHours, openFacts } from './facts.ts'

const off = (from: number, to = from): TimeOff => ({ id: 'off', from: day(from), to: day(to), kind: 'sick' })
const laser = (until?: string) => ({ qualifications: [{ name: 'laser', ...(until && { until }) }] })
const needsLaser = { requirements: [{ capability: 'laser', units: 1 }] }
const berlin = { sameDay: true, timeZone: 'Europe/Berlin' }

type Row = readonly [code: FindingCode, says: string, found: FindingSeverity | undefined, plant: (of: Bench) => unknown]

const skilled = (of: Bench, until: string | undefined, start: number) => {
  const person = of.person(laser(until))
  of.slot(of.order(needsLaser), start, { assets: [{ assetId: person.id, units: 1 }] })
}
const busy = (of: Bench, count: number, limits: object = {}, every = 2) => {
  const person = of.person({ limits })
  for (let index = 0; index < count; index++) of.works(person, 2 + index * every)
}

const rows: readonly Row[] = [
  ['rotation-gap', 'nobody has it today', 'critical', (of) => of.duty(of.person(), [0])],
  ['rotation-gap', 'nobody has it tomorrow', 'critical', (of) => of.duty(of.person(), [1])],
  ['rotation-gap', 'nobody has it on Thursdays', 'warning', (of) => of.duty(of.person(), [3])],
  ['rotation-gap', 'somebody has it every day', undefined, (of) => of.duty(of.person())],
  ['holder-unavailable', 'ill today', 'critical', (of) => of.duty(of.person({ timeOff: [off(0)] }))],
  ['holder-unavailable', 'on vacation on Friday', 'warning', (of) => of.duty(of.person({ timeOff: [off(4)] }))],
  ['holder-unavailable', 'on vacation in three weeks', 'info', (of) => of.duty(of.person({ timeOff: [off(20)] }))],
  ['holder-unavailable', 'left within the last of the days', 'info', (of) => of.duty(of.person({ lastDay: day(26) }))],
  ['holder-unavailable', 'out of use', 'critical', (of) => of.duty(of.person({}, { status: 'maintenance' }))],
  ['holder-unavailable', 'off after the days', undefined, (of) => of.duty(of.person({ timeOff: [off(28, 40)] }))],
  ['holder-unavailable', 'off without a duty', undefined, (of) => of.person({ timeOff: [off(1)] })],
  ['urgent-order', 'due within the day', 'critical', (of) => of.order({ status: 'new', due: inHours(24) })],
  ['urgent-order', 'was due', 'critical', (of) => of.order({ status: 'new', due: inHours(-50) })],
  ['urgent-order', 'put off, and due', 'critical', (of) => of.order({ status: 'deferred', due: inHours(5) })],
  ['urgent-order', 'due within three days', 'warning', (of) => of.order({ status: 'new', due: inHours(25) })],
  ['urgent-order', 'due on the third day', 'warning', (of) => of.order({ status: 'new', due: inHours(72) })],
  ['urgent-order', 'due after three days', undefined, (of) => of.order({ status: 'new', due: inHours(72.1) })],
  ['urgent-order', 'never due', undefined, (of) => of.order({ status: 'new' })],
  ['urgent-order', 'due, and has a slot', undefined, (of) => of.order({ status: 'committed', due: inHours(2) })],
  ['urgent-order', 'due, and time is held', undefined, (of) => of.order({ status: 'planned', due: inHours(2) })],
  [
    'urgent-order',
    'due, and not wanted any more',
    undefined,
    (of) => of.order({ status: 'cancelled', due: inHours(2) }),
  ],
  ['open-conflict', 'an error', 'critical', (of) => of.conflict(5)],
  ['open-conflict', 'a warning', 'warning', (of) => of.conflict(5, { severity: 'warning' })],
  ['open-conflict', 'good to know', 'info', (of) => of.conflict(5, { severity: 'info' })],
  ['open-conflict', 'has begun', 'critical', (of) => of.conflict(-0.5)],
  ['open-conflict', 'is over', undefined, (of) => of.conflict(-1)],
  ['open-conflict', 'is further ahead', undefined, (of) => of.conflict(7 * 24)],
  ['open-conflict', 'is resolved', undefined, (of) => of.conflict(5, { status: 'resolved' })],
  ['broken-companion', 'stands alone', 'critical', (of) => of.pair({}, undefined, 10)],
  ['broken-companion', 'begins too early', 'critical', (of) => of.pair({ minMinutes: 120 }, { start: 8 }, 10)],
  ['broken-companion', 'begins too late', 'critical', (of) => of.pair({ maxMinutes: 30 }, { start: 8 }, 10)],
  ['broken-companion', 'on another day', 'critical', (of) => of.pair(berlin, { start: 8 }, 30)],
  [
    'broken-companion',
    'by the same person',
    'critical',
    (of) => of.pair({ otherAssets: true }, { start: 8, assetId: 'ast_other' }, 10),
  ],
  [
    'broken-companion',
    'as it should',
    undefined,
    (of) => of.pair({ minMinutes: 60, maxMinutes: 60, otherAssets: true, ...berlin }, { start: 8 }, 10),
  ],
  ['broken-companion', 'alone, but over already', undefined, (of) => of.pair({}, undefined, -3)],
  ['too-much-work', 'nineteen a week', 'warning', (of) => busy(of, 19)],
  ['too-much-work', 'eighteen a week', undefined, (of) => busy(of, 18)],
  ['too-much-work', 'more than they take a week', 'warning', (of) => busy(of, 4, { perWeek: 3 })],
  ['too-much-work', 'as much as they take a week', undefined, (of) => busy(of, 3, { perWeek: 3 })],
  ['too-much-work', 'more hours than they take', 'warning', (of) => busy(of, 6, { hoursPerWeek: 5 })],
  ['too-much-work', 'as many hours as they take', undefined, (of) => busy(of, 5, { hoursPerWeek: 5 })],
  ['too-much-work', 'more than they take a day', 'warning', (of) => busy(of, 3, { perDay: 2 })],
  ['too-much-work', 'as much as they take a day', undefined, (of) => busy(of, 3, { perDay: 1 }, 24)],
  ['booked-while-absent', 'ill, and booked', 'critical', (of) => of.works(of.person({ timeOff: [off(2)] }), 52)],
  ['booked-while-absent', 'left, and booked', 'critical', (of) => of.works(of.person({ lastDay: day(1) }), 52)],
  [
    'booked-while-absent',
    'booked before they are off',
    undefined,
    (of) => of.works(of.person({ timeOff: [off(2)] }), 28),
  ],
  [
    'booked-while-absent',
    'off and booked, after the days',
    undefined,
    (of) => of.works(of.person({ timeOff: [off(8)] }), 8 * 24 + 4),
  ],
  ['qualification', 'expired by then', 'critical', (of) => skilled(of, day(1), 52)],
  ['qualification', 'nobody has it', 'critical', (of) => of.slot(of.order(needsLaser), 10)],
  ['qualification', 'expires soon after', 'warning', (of) => skilled(of, day(14), 52)],
  ['qualification', 'holds for longer', undefined, (of) => skilled(of, day(15), 52)],
  ['qualification', 'holds for good', undefined, (of) => skilled(of, undefined, 52)],
  ['qualification', 'expires, and nothing needs it', undefined, (of) => of.person(laser(day(1)))],
  ['qualification', 'expired, for work beyond the days', undefined, (of) => skilled(of, day(1), 7 * 24 + 1)],
  [
    'qualification',
    'an instrument does it',
    undefined,
    (of) => {
      const laserBench = of.person({}, { kind: 'machine', capabilities: ['laser'] })
      of.slot(of.order(needsLaser), 10, { assets: [{ assetId: laserBench.id, units: 1 }] })
    },
  ],
  ['approval-waiting', 'begins within two days', 'warning', (of) => of.proposal({ start: 47 })],
  ['approval-waiting', 'was edited', 'warning', (of) => of.proposal({ start: 60 }, { start: 30, state: 'edited' })],
  ['approval-waiting', 'begins later', undefined, (of) => of.proposal({ start: 48 })],
  [
    'approval-waiting',
    'is committed, or dropped',
    undefined,
    (of) => of.proposal({ start: 3, state: 'committed' }, { start: 4, state: 'dropped' }),
  ],
  [
    'failed-work',
    'failed, and waits again',
    'warning',
    (of) => of.slot(of.order({ status: 'new' }), -30, { status: 'failed' }),
  ],
  ['failed-work', 'failed, and has another slot', undefined, (of) => of.slot(of.order(), -30, { status: 'failed' })],
  [
    'failed-work',
    'failed long ago',
    undefined,
    (of) => of.slot(of.order({ status: 'new' }), -8 * 24, { status: 'failed' }),
  ],
  ['failed-work', 'somebody must look', 'warning', (of) => of.recovery()],
]

test.each(rows)('%s: %s', (code, _says, expected, plant) => {
  const bench = openFacts()
  plant(bench)
  const found = findingsOf(bench.facts).map(({ code: of, severity }) => [of, severity])
  expect(found.slice(0, 1)).toEqual(expected === undefined ? [] : [[code, expected]])
  expect(found.every(([of]) => of === code)).toBe(true)
})

test('every rule is shown to find and to leave alone', () => {
  for (const code of Object.keys(findingCodes)) {
    const own = rows.filter(([of]) => of === code)
    expect(own.some(([, , found]) => found === undefined) && own.some(([, , found]) => found !== undefined), code).toBe(
      true,
    )
  }
})

describe('findings', () => {
  test('of one cause are one: a duty that nobody has on Sundays, a qualification that several slots need', () => {
    const bench = openFacts()
    bench.duty(bench.person(), [6])
    const person = bench.person(laser(day(1)))
    for (const start of [52, 60, 70])
      bench.slot(bench.order(needsLaser), start, { assets: [{ assetId: person.id, units: 1 }] })
    const found = findingsOf(bench.facts)
    expect(found.map(({ code }) => code).toSorted()).toEqual(['qualification', 'rotation-gap'])
    expect(found.find(({ code }) => code === 'qualification')?.message).toContain('3 slot(s)')
  })

  test('of proposals are those of the newest plan for an order', () => {
    const bench = openFacts()
    for (const start of [20, 40]) bench.proposal({ start })
    const [newer, older] = bench.facts.proposals
    const order = newer?.items[0]?.orderId
    const proposals = [newer, { ...older, items: older?.items.map((item) => ({ ...item, orderId: order })) }]
    const found = findingsOf({ ...bench.facts, proposals: proposals as typeof bench.facts.proposals })
    expect(found.map(({ about: [plan] }) => plan)).toEqual([newer?.plan.id])
  })

  test('say what conflicts say already once', () => {
    const bench = openFacts()
    const person = bench.person({ timeOff: [off(2)] })
    const { reservationId } = bench.works(person, 52)
    bench.conflict(52, { type: 'absent', assetId: person.id, reservationIds: [reservationId] })
    expect(findingsOf(bench.facts).map(({ code }) => code)).toEqual(['open-conflict'])
  })

  test('come the worst first, then the nearest', () => {
    const bench = openFacts()
    bench.duty(bench.person({ timeOff: [off(20)] }))
    for (const due of [60, 40, -5]) bench.order({ status: 'new', due: inHours(due) })
    expect(findingsOf(bench.facts).map(({ severity, date }) => [severity, date])).toEqual([
      ['critical', day(0)],
      ['warning', day(1)],
      ['warning', day(2)],
      ['info', day(20)],
    ])
  })

  test('keep their fingerprint as time passes, until their cause changes or they become worse', () => {
    const bench = openFacts()
    bench.order({ status: 'new', due: inHours(70) })
    const print = (nowMs: number) => findingsOf({ ...bench.facts, nowMs })[0]?.fingerprint
    const { nowMs } = bench.facts
    expect(print(nowMs + 3_600_000)).toBe(print(nowMs))
    expect(print(nowMs + 48 * 3_600_000)).not.toBe(print(nowMs))
  })
})
