/** Orders that need people are planned onto days on which somebody is there who may do them. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { localDay } from '#domain/people/presence.ts'
import { type Bench, openBench } from './bench.ts'

const days = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27']
const order = async (bench: Bench, name: string, more: object = {}): Promise<string> =>
  (
    await bench.call(
      'createOrder',
      {},
      { body: { name, durationMinutes: 120, requirements: [{ capability: 'laser' }], ...more } },
    )
  ).body.id

test('whoever is off, has left, or is no longer qualified is not planned; what is committed breaks no hard rule', async () => {
  const someone = fc.record({
    off: fc.subarray(days),
    until: fc.option(fc.constantFrom(...days, '2027-06-30'), { nil: undefined }),
    lastDay: fc.option(fc.constantFrom(...days), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(someone, { minLength: 1, maxLength: 3 }), async (people) => {
      const bench = await openBench()
      const known = new Map<string, (typeof people)[number]>()
      for (const [index, one] of people.entries()) {
        const id = await bench.person(`Person ${index}`)
        known.set(id, one)
        const { until, lastDay, off } = one
        const qualifications = [{ name: 'laser', ...(until && { until }) }]
        await bench.call('setPerson', { personId: id }, { body: { qualifications, ...(lastDay && { lastDay }) } })
        for (const from of off) await bench.call('addTimeOff', { personId: id }, { body: { from, kind: 'vacation' } })
      }
      for (let count = 0; count < 6; count++) await order(bench, `Order ${count}`)
      const { body: plan } = await bench.call('makePlan', {}, { body: { iterations: 200 } })
      const { items } = (await bench.call('getPlanItems', { planId: plan.id })).body
      for (const { start, end, assets } of items) {
        const one = known.get(assets[0].assetId)
        for (const day of [
          localDay('Europe/Berlin', Date.parse(start)),
          localDay('Europe/Berlin', Date.parse(end) - 1),
        ]) {
          expect(one?.off).not.toContain(day)
          expect(day <= (one?.lastDay ?? '9999')).toBe(true)
          expect(day <= (one?.until ?? '9999')).toBe(true)
        }
      }
      if (items.length > 0) {
        const { body: committed } = await bench.call('commitPlan', { planId: plan.id }, { body: {} })
        expect(committed).toMatchObject({ status: 'committed', committed: { items: items.length, failed: 0 } })
      }
    }),
    { numRuns: 25 },
  )
})

test('an order that is due while a qualification still holds goes to whoever has it', async () => {
  const bench = await openBench()
  const ada = await bench.person('Ada')
  await bench.call(
    'setPerson',
    { personId: ada },
    { body: { qualifications: [{ name: 'laser', until: '2026-11-24' }] } },
  )
  const soon = await order(bench, 'Soon', { due: '2026-11-24T17:00:00+01:00' })
  const later = await order(bench, 'Later')
  const { body: plan } = await bench.call('makePlan', {}, { body: {} })
  const { items, leftOut } = (await bench.call('getPlanItems', { planId: plan.id })).body
  expect(items).toEqual([expect.objectContaining({ orderId: soon, assets: [{ assetId: ada, units: 1 }] })])
  expect(leftOut).toEqual([expect.objectContaining({ orderId: later, code: 'NO_CAPABLE_ASSET' })])
})
