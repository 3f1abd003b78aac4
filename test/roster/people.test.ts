/** People: when they are there, what they are qualified for, and what becomes of what they were given. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { absencesIn, presentIn } from '#domain/people/presence.ts'
import { type Bench, office, openBench } from './bench.ts'

let bench: Bench
let ada: string
beforeEach(async () => {
  bench = await openBench()
  ada = await bench.person('Ada')
})
const off = (body: object, personId = ada) => bench.call('addTimeOff', { personId }, { body })
const book = (start: string, end: string, more: object = { assets: [{ assetId: ada }] }) =>
  bench.call('createReservation', {}, { body: { start, end, note: 'A visit', ...more } })
const codes = ({ body }: { body: { reasons?: { code: string }[] } }) => (body.reasons ?? []).map(({ code }) => code)

describe('time off', () => {
  test('is told and keeps others from booking, by the days of their zone', async () => {
    const { body } = await off({ from: '2026-12-01', to: '2026-12-02', kind: 'vacation', note: 'Skiing' })
    expect(body.person.timeOff).toEqual([
      expect.objectContaining({ from: '2026-12-01', to: '2026-12-02', kind: 'vacation', note: 'Skiing' }),
    ])
    const refused = await book('2026-12-02T09:00:00+01:00', '2026-12-02T10:00:00+01:00')
    expect(refused.status).toBe(422)
    expect(codes(refused)).toContain('time-off')
    expect(JSON.stringify(refused.body)).toContain('Ada is off from 2026-12-01 to 2026-12-02')
    expect((await book('2026-12-03T09:00:00+01:00', '2026-12-03T10:00:00+01:00')).status).toBe(201)
    // Nobody overrides it, whatever they may.
    const forced = { assets: [{ assetId: ada }], override: { codes: ['asset-busy', 'closed'], reason: 'Urgent' } }
    expect((await book('2026-12-01T09:00:00+01:00', '2026-12-01T10:00:00+01:00', forced)).status).toBe(422)
    await bench.call('dropTimeOff', { personId: ada, timeOffId: body.person.timeOff[0].id })
    expect((await book('2026-12-02T09:00:00+01:00', '2026-12-02T10:00:00+01:00')).status).toBe(201)
  })

  test('over what they were given becomes conflicts, which go when they are back', async () => {
    const { body: booked } = await book('2026-11-24T09:00:00+01:00', '2026-11-24T10:00:00+01:00')
    const { body } = await off({ from: '2026-11-24', kind: 'sick' })
    const open = async () =>
      (await bench.call('listConflicts')).body.items.filter(({ status }: { status: string }) => status === 'open')
    expect(await open()).toEqual([
      expect.objectContaining({
        type: 'absent',
        severity: 'error',
        assetId: ada,
        reservationIds: [booked.id],
        message: expect.stringContaining('sick'),
      }),
    ])
    expect((await bench.call('getReservation', { reservationId: booked.id })).body.status).toBe(booked.status)
    await bench.call('dropTimeOff', { personId: ada, timeOffId: body.person.timeOff[0].id })
    expect(await open()).toEqual([])
  })

  test('is a person’s alone, in order, and bounded', async () => {
    const { body: bath } = await bench.call('createAsset', {}, { body: { name: 'Bath', kind: 'station' } })
    expect((await off({ from: '2026-12-01', kind: 'sick' }, bath.id)).status).toBe(409)
    expect((await off({ from: '2026-12-02', to: '2026-12-01', kind: 'sick' })).status).toBe(422)
    for (const from of ['2026-12-09', '2026-12-01', '2026-12-05']) await off({ from, kind: 'other' })
    const { body } = await bench.call('getAsset', { assetId: ada })
    expect(body.person.timeOff.map(({ from }: { from: string }) => from)).toEqual([
      '2026-12-01',
      '2026-12-05',
      '2026-12-09',
    ])
  })
})

describe('a qualification', () => {
  const set = (qualifications: object[], more: object = {}) =>
    bench.call('setPerson', { personId: ada }, { body: { qualifications, ...more } })

  test('finds whoever has it, until it expires', async () => {
    await set([{ name: 'laser', until: '2026-11-30' }])
    const laser = { assets: [{ capability: 'laser' }] }
    expect((await book('2026-11-30T09:00:00+01:00', '2026-11-30T10:00:00+01:00', laser)).body.assets).toEqual([
      { assetId: ada, units: 1 },
    ])
    const expired = await book('2026-12-01T09:00:00+01:00', '2026-12-01T10:00:00+01:00', laser)
    expect(expired.status).toBe(422)
    expect(codes(expired)).toContain('unqualified')
    const bob = await bench.person('Bob')
    await bench.call('setPerson', { personId: bob }, { body: { qualifications: [{ name: 'laser' }] } })
    expect((await book('2026-12-01T09:00:00+01:00', '2026-12-01T10:00:00+01:00', laser)).body.assets).toEqual([
      { assetId: bob, units: 1 },
    ])
  })

  test('and time off are kept when the other is set', async () => {
    await off({ from: '2026-12-01', kind: 'sick' })
    const { body } = await set([{ name: 'laser' }], { lastDay: '2026-12-31' })
    expect(body.person).toMatchObject({
      qualifications: [{ name: 'laser' }],
      lastDay: '2026-12-31',
      timeOff: [{ kind: 'sick' }],
    })
    const late = await book('2027-01-04T09:00:00+01:00', '2027-01-04T10:00:00+01:00')
    expect(codes(late)).toContain('left')
  })
})

describe('limits', () => {
  const limit = (limits: object) => bench.call('setPerson', { personId: ada }, { body: { qualifications: [], limits } })
  const at = (day: number, hour: number, hours = 1) =>
    book(`2026-11-${day}T${hour}:00:00+01:00`, `2026-11-${day}T${hour + hours}:00:00+01:00`)

  test('count what starts on a local day, and in a week from Monday', async () => {
    await limit({ perDay: 2, perWeek: 3 })
    expect((await at(23, 10)).status).toBe(201)
    expect((await at(23, 12)).status).toBe(201)
    expect(codes(await at(23, 14))).toEqual(['day-limit'])
    expect((await at(27, 10)).status).toBe(201)
    expect(codes(await at(26, 10))).toEqual(['week-limit'])
    expect((await at(30, 10)).status).toBe(201)
    // A manager may.
    const forced = { assets: [{ assetId: ada }], override: { codes: ['week-limit'], reason: 'Urgent' } }
    expect((await book('2026-11-26T10:00:00+01:00', '2026-11-26T11:00:00+01:00', forced)).status).toBe(201)
  })

  test('in hours count what is asked for as well', async () => {
    await limit({ hoursPerWeek: 10 })
    expect((await at(23, 10, 6)).status).toBe(201)
    expect(codes(await at(25, 10, 5))).toEqual(['week-limit'])
    expect((await at(25, 10, 4)).status).toBe(201)
  })

  test('hold however many ask at one moment', async () => {
    await limit({ perWeek: 2 })
    const answers = await Promise.all([23, 24, 25, 26, 27].map((day) => at(day, 10)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
  })
})

test('somebody is present exactly where no absence is, whatever their zone', () => {
  const day = fc.integer({ min: 0, max: 60 }).map((n) => new Date(Date.UTC(2026, 9, 1 + n)).toISOString().slice(0, 10))
  const entry = fc.tuple(day, fc.nat(6)).map(([from, more]) => ({
    id: from,
    from,
    to: new Date(Date.parse(from) + more * 86_400_000).toISOString().slice(0, 10),
    kind: 'other' as const,
  }))
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 5 }),
      fc.option(day, { nil: undefined }),
      fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Pacific/Apia'),
      fc.nat(60 * 24),
      (timeOff, lastDay, zone, hour) => {
        const person = { qualifications: [], timeOff, lastDay }
        const startMs = Date.UTC(2026, 9, 1) + hour * 3_600_000
        const span = { startMs, endMs: startMs + 3_600_000 }
        const there = presentIn(person, zone, [span])
        const whole = there.length === 1 && there[0]?.startMs === span.startMs && there[0]?.endMs === span.endMs
        expect(whole).toBe(absencesIn(person, zone, span).length === 0)
      },
    ),
  )
  expect(office.timeZone).toBe('Europe/Berlin')
})
