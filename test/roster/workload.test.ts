/** How much people have in a week: counted by the zone of their working hours, now, ahead and in the past. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { levelOf, mondayOf, workloadOf } from '#domain/people/workload.ts'
import { instantOf } from '#domain/time.ts'
import { documentOf } from '../adapters/documents.ts'
import { workspaceId } from '../api/laboratory.ts'
import { type Bench, office, openBench } from './bench.ts'

let bench: Bench
let ada: string
beforeEach(async () => {
  bench = await openBench()
  ada = await bench.person('Ada')
})
const book = async (start: string, minutes = 60, assetId = ada): Promise<string> => {
  const end = new Date(Date.parse(start) + minutes * 60_000).toISOString()
  const { status, body } = await bench.call(
    'createReservation',
    {},
    { body: { assets: [{ assetId }], start, end, override: { codes: ['closed'], reason: 'Urgent' } } },
  )
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}
const weeksOf = async (query: object = {}, id = ada) => {
  const { status, body } = await bench.call('getWorkload', {}, { query })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.people.find(({ assetId }: { assetId: string }) => assetId === id).weeks
}

test.each([
  [0, 'normal'],
  [12, 'normal'],
  [13, 'high'],
  [18, 'high'],
  [19, 'overloaded'],
] as const)('%i a week is %s', (count, level) => {
  expect(levelOf(count, { high: 13, overloaded: 19 })).toBe(level)
})

test('counts what starts in the week, its hours, and their share of the working hours', async () => {
  await book('2026-11-23T09:00:00+01:00', 120)
  await book('2026-11-27T09:00:00+01:00', 360)
  await book('2026-11-30T09:00:00+01:00')
  await bench.call(
    'addTimeOff',
    { personId: ada },
    { body: { from: '2026-11-25', to: '2026-11-26', kind: 'vacation' } },
  )
  expect(await weeksOf({ from: '2026-11-25', weeks: '2' })).toEqual([
    { from: '2026-11-23', reservations: 2, hours: 8, level: 'normal', workingHours: 24, share: 0.33 },
    { from: '2026-11-30', reservations: 1, hours: 1, level: 'normal', workingHours: 40, share: 0.03 },
  ])
})

test('tells no share of nobody’s hours, and nothing of instruments and of whoever has left', async () => {
  const { body: bath } = await bench.call('createAsset', {}, { body: { name: 'Bath', kind: 'station' } })
  const { body: eve } = await bench.call('createAsset', {}, { body: { name: 'Eve', kind: 'person' } })
  const gone = await bench.person('Gone')
  await bench.call('retireAsset', { assetId: gone }, { headers: { 'if-match': '*' } })
  const { people } = (await bench.call('getWorkload')).body
  expect(people.map(({ name }: { name: string }) => name)).toEqual(['Ada', 'Eve'])
  expect(people[1].weeks[0]).toEqual({ from: '2026-11-16', reservations: 0, hours: 0, level: 'normal' })
  expect([bath.id, eve.id]).not.toContain(gone)
})

test('has thresholds of the workspace', async () => {
  for (const hour of [9, 11, 13]) await book(`2026-11-23T${String(hour).padStart(2, '0')}:00:00+01:00`)
  const set = (workload: object, headers: object = { 'if-match': '*' }) =>
    bench.call('changeRosterSettings', {}, { body: { workload }, headers })
  expect((await weeksOf({ from: '2026-11-23' }))[0].level).toBe('normal')
  expect((await set({ high: 2, overloaded: 3 })).body).toMatchObject({ version: 1, verification: { time: '06:00' } })
  expect((await weeksOf({ from: '2026-11-23' }))[0].level).toBe('overloaded')
  expect((await set({ high: 3, overloaded: 3 })).status).toBe(422)
  expect((await set({ high: 3 }, { 'if-match': '"0"' })).status).toBe(412)
  // What is left out stays.
  await bench.call('changeRosterSettings', {}, { body: { verification: { time: '05:30' } } })
  const { body } = await bench.call('changeRosterSettings', {}, { body: { verification: { days: 3 } } })
  expect(body).toMatchObject({
    workload: { high: 2, overloaded: 3 },
    verification: { time: '05:30', days: 3, on: true },
  })
})

describe('in the past', () => {
  test('it counts what came about, and what stands of the week ahead, each once', async () => {
    const monday = await book('2026-11-23T09:00:00+01:00', 120)
    const tuesday = await book('2026-11-24T09:00:00+01:00')
    const thursday = await book('2026-11-26T09:00:00+01:00')
    await book('2026-11-27T09:00:00+01:00')
    await bench.call('cancelReservation', { reservationId: thursday }, { body: { note: 'Not needed' } })
    bench.lab.clock.nowMs = Date.parse('2026-11-23T09:05:00+01:00')
    await bench.call('checkIn', { reservationId: monday }, { body: {} })
    const week = { from: '2026-11-23', weeks: '1' }
    expect(await weeksOf(week)).toEqual([expect.objectContaining({ reservations: 3, hours: 4 })])
    bench.lab.clock.nowMs = Date.parse('2026-11-23T11:00:00+01:00')
    await bench.call('checkOut', { reservationId: monday }, { body: { note: 'Done' } })
    expect(await weeksOf(week)).toEqual([expect.objectContaining({ reservations: 3, hours: 4 })])
    bench.lab.clock.nowMs = Date.parse('2026-12-10T11:00:00+01:00')
    expect(await weeksOf(week)).toEqual([expect.objectContaining({ reservations: 3, hours: 4 })])
    expect([monday, tuesday].includes(thursday)).toBe(false)
  })

  test('it reads the weeks asked for, however much was before', async () => {
    const { store } = bench.lab.world
    let pages = 0
    const { reservationsByStart } = store
    Object.assign(store, {
      reservationsByStart: (...args: Parameters<typeof reservationsByStart>) => {
        pages += 1
        return reservationsByStart(...args)
      },
    })
    for (let index = 0; index < 150; index++) {
      const start = instantOf(Date.UTC(2026, 5, 1) + index * 3_600_000)
      const one = { ...documentOf('reservation', workspaceId, `old${index}`), start, end: start }
      await store.commit([{ type: 'put', kind: 'reservation', value: one, expect: 'absent' }])
    }
    await weeksOf({ from: '2026-11-09', weeks: '2' })
    expect(pages).toBe(1)
  })
})

test('a week begins on Monday where somebody works, also where the clocks change in it', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Pacific/Auckland', 'UTC')
  fc.assert(
    fc.property(zones, fc.array(fc.nat(24 * 28), { maxLength: 30 }), (timeZone, starts) => {
      const beginMs = Date.UTC(2026, 9, 19)
      const work = starts.map((hour, index) => {
        const startMs = beginMs + hour * 3_600_000
        return { assetId: 'ast_a', reservationId: `res_${index}`, startMs, endMs: startMs + 3_600_000 } as const
      })
      const mondays = ['2026-10-12', '2026-10-19', '2026-10-26', '2026-11-02', '2026-11-09', '2026-11-16']
      const told = workloadOf({ openingHours: { ...office, timeZone, exceptions: [] }, work }, mondays, {
        high: 13,
        overloaded: 19,
      })
      const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
      for (const { from, reservations, workingHours } of told) {
        expect(reservations).toBe(work.filter(({ startMs }) => mondayOf(format.format(startMs)) === from).length)
        expect(workingHours).toBe(40)
      }
    }),
    { numRuns: 60 },
  )
})
