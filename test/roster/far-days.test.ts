/** Days that no clocks know: `9999-12-31` is what people write who mean for ever. */
import { beforeEach, expect, test } from 'vitest'
import type { RouteId } from '#contracts/http/routes.ts'
import { startOfDay } from '#domain/zone.ts'
import { type Bench, openBench } from './bench.ts'

let bench: Bench
let ada: string
beforeEach(async () => {
  bench = await openBench()
  ada = await bench.person('Ada')
  await bench.duties([{ duty: 'juicer', name: 'Juicer', week: { monday: ada } }])
})

const far = ['9999-12-31', '0001-01-01']
const asked: readonly (readonly [RouteId, (date: string) => object])[] = [
  ['getDutyHolder', (date) => ({ query: { duty: 'juicer', date } })],
  ['getDutyWarnings', (from) => ({ query: { from } })],
  ['getDutyFairness', (from) => ({ query: { from, to: from } })],
  ['createDutyException', (date) => ({ body: { date, duty: 'juicer', assetId: ada, reason: 'Inventory' } })],
  ['addTimeOff', (to) => ({ body: { from: to, to, kind: 'vacation' } })],
  ['setPerson', (lastDay) => ({ body: { lastDay } })],
  ['recordAttendance', (date) => ({ body: { date, outcome: 'present' } })],
  ['getAttendance', (from) => ({ query: { from, to: from } })],
  ['findPeople', (day) => ({ body: { durationMinutes: 60, start: `${day}T00:00:00Z` } })],
]

test.for(asked.flatMap(([id, sent]) => far.map((day) => [id, day, sent(day)] as const)))(
  '%s refuses %s, and does not look for when it begins',
  async ([id, , sent]) => {
    const { status, body } = await bench.call(id, { personId: ada }, sent)
    expect(status, JSON.stringify(body)).toBe(422)
    expect(JSON.stringify(body.reasons)).toMatch(/1900/)
  },
)

test.for([Number.NaN, Date.parse('0001-01-01T00:00:00Z')])('what is no day has no beginning: %d', (midnight) => {
  expect(() => startOfDay('Europe/Berlin', midnight)).toThrow(RangeError)
})
