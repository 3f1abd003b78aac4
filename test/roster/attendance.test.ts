/** What became of somebody's planned presence. */
import { beforeEach, describe, expect, test } from 'vitest'
import { hours } from '#domain/time.ts'
import { type Bench, openBench } from './bench.ts'

let bench: Bench
let ada: string
beforeEach(async () => {
  bench = await openBench()
  ada = await bench.person('Ada')
})
const say = (body: object, personId = ada) => bench.call('recordAttendance', { personId }, { body })
const told = async (query: object = { from: '2026-11-01', to: '2026-11-30' }) =>
  (await bench.call('getAttendance', {}, { query })).body.people
const recordsOf = async () => (await told())[0].records
const codes = ({ body }: { body: { reasons?: { code: string }[] } }) => (body.reasons ?? []).map(({ code }) => code)
const off = (from: string, kind = 'vacation') => bench.call('addTimeOff', { personId: ada }, { body: { from, kind } })

test('is written down for a day, and takes the place of what was said of it; the history keeps both', async () => {
  expect((await say({ date: '2026-11-20', outcome: 'late', lateMinutes: 25, note: 'The train' })).body).toMatchObject({
    assetId: ada,
    outcome: 'late',
    lateMinutes: 25,
    by: 'admin',
  })
  await say({ date: '2026-11-19', outcome: 'no-show' })
  await say({ date: '2026-11-20', outcome: 'present' })
  expect(await recordsOf()).toEqual([
    expect.objectContaining({ date: '2026-11-19', outcome: 'no-show' }),
    expect.objectContaining({ date: '2026-11-20', outcome: 'present' }),
  ])
  const { items } = (await bench.call('listAudit', {}, { query: { subject: `${ada}_2026-11` } })).body
  expect(items).toHaveLength(3)
  expect(JSON.stringify(items)).toContain('The train')
})

test('of a reservation stands beside that of the day, by its own name or by that of its slot', async () => {
  const at = { start: '2026-11-20T14:00:00+01:00', end: '2026-11-20T15:00:00+01:00' }
  const { body: booked } = await bench.call('createReservation', {}, { body: { assets: [{ assetId: ada }], ...at } })
  const order = { name: 'Visit', durationMinutes: 60, requirements: [{ assetId: ada }] }
  const { body: ordered } = await bench.call('createOrder', {}, { body: order })
  const slotted = { orderId: ordered.id, start: '2026-11-20T16:00:00+01:00', assets: [{ assetId: ada, units: 1 }] }
  const { body: slot } = await bench.call('createSlot', {}, { body: slotted })
  const today = { date: '2026-11-20' }
  expect(codes(await say({ ...today, outcome: 'no-show', slotId: slot.id }))).toEqual(['in-the-future'])
  bench.lab.clock.nowMs += hours(5)
  await say({ ...today, outcome: 'present' })
  await say({ ...today, outcome: 'late', lateMinutes: 5, reservationId: booked.id })
  const ofSlot = await say({ ...today, outcome: 'no-show', slotId: slot.id })
  expect(ofSlot.body, JSON.stringify(slot)).toMatchObject({ slotId: slot.id, reservationId: slot.reservationId })
  await say({ ...today, outcome: 'present', reservationId: slot.reservationId })
  expect((await recordsOf()).map(({ outcome }: { outcome: string }) => outcome).toSorted()).toEqual([
    'late',
    'present',
    'present',
  ])
  const bob = await bench.person('Bob')
  expect(codes(await say({ ...today, outcome: 'present', reservationId: booked.id }, bob))).toEqual([
    'unknown-reservation',
  ])
  expect(codes(await say({ date: '2026-11-19', outcome: 'present', reservationId: booked.id }))).toEqual(['other-day'])
  expect(codes(await say({ ...today, outcome: 'present', reservationId: 'res_never' }))).toEqual([
    'unknown-reservation',
  ])
  expect(codes(await say({ ...today, outcome: 'present', slotId: 'slt_never' }))).toEqual(['unknown-reservation'])
})

describe('cannot be said', () => {
  test('of a day that has not begun where they work', async () => {
    expect(codes(await say({ date: '2026-11-21', outcome: 'present' }))).toEqual(['in-the-future'])
    // An hour before midnight by UTC it is the next day in Berlin.
    bench.lab.clock.nowMs = Date.parse('2026-11-20T23:00:00Z')
    expect((await say({ date: '2026-11-21', outcome: 'present' })).status).toBe(200)
  })

  test('of a day on which they were off, unless they came all the same', async () => {
    await off('2026-11-18')
    for (const outcome of ['absent', 'no-show']) {
      const refused = await say({ date: '2026-11-18', outcome })
      expect(refused.status).toBe(422)
      expect(refused.body.reasons).toEqual([
        expect.objectContaining({
          code: 'was-off',
          message: 'Ada was off from 2026-11-18 to 2026-11-18 (vacation).',
        }),
      ])
    }
    expect((await say({ date: '2026-11-18', outcome: 'present' })).status).toBe(200)
    expect((await say({ date: '2026-11-18', outcome: 'late', lateMinutes: 5 })).status).toBe(200)
    await bench.call('setPerson', { personId: ada }, { body: { qualifications: [], lastDay: '2026-11-10' } })
    expect((await say({ date: '2026-11-11', outcome: 'absent' })).body.reasons[0].message).toContain(
      'were not here any more',
    )
  })

  test('without how late, of an instrument, or of nobody; all that is wrong is said at once', async () => {
    await off('2026-12-01')
    expect(codes(await say({ date: '2026-12-01', outcome: 'no-show', lateMinutes: 5 }))).toEqual([
      'in-the-future',
      'late-minutes',
      'was-off',
    ])
    expect(codes(await say({ date: '2026-11-20', outcome: 'late' }))).toEqual(['late-minutes'])
    const { body: bath } = await bench.call('createAsset', {}, { body: { name: 'Bath', kind: 'station' } })
    expect((await say({ date: '2026-11-20', outcome: 'present' }, bath.id)).status).toBe(409)
    expect((await say({ date: '2026-11-20', outcome: 'present' }, 'ast_never')).status).toBe(404)
    expect(await told()).toEqual([{ assetId: ada, name: 'Ada', noShows: 0, records: [] }])
  })
})

test('tells who did not show up in the last ninety days, whichever days are asked for', async () => {
  const bob = await bench.person('Bob')
  for (const date of ['2026-08-22', '2026-08-23', '2026-09-01', '2026-11-20']) await say({ date, outcome: 'no-show' })
  await say({ date: '2026-09-02', outcome: 'absent' })
  const people = await told({ from: '2026-11-20', to: '2026-11-20' })
  expect(people).toEqual([
    { assetId: ada, name: 'Ada', noShows: 3, records: [expect.objectContaining({ date: '2026-11-20' })] },
    { assetId: bob, name: 'Bob', noShows: 0, records: [] },
  ])
  expect((await told({ from: '2026-08-01', to: '2026-08-31', personId: ada }))[0].records).toHaveLength(2)
  const ask = (query: object) => bench.call('getAttendance', {}, { query })
  expect((await ask({ from: '2026-01-01', to: '2026-11-30' })).status).toBe(422)
  expect((await ask({ from: '2026-11-30', to: '2026-11-01' })).status).toBe(422)
  expect((await ask({ from: '2026-11-01', to: '2026-11-02', personId: 'ast_never' })).status).toBe(404)
})

test('two that say something of one month at one moment are both heard', async () => {
  await Promise.all(['2026-11-18', '2026-11-19', '2026-11-20'].map((date) => say({ date, outcome: 'present' })))
  expect(await recordsOf()).toHaveLength(3)
})
