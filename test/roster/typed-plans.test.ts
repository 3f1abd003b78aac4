/** Plans of orders of types, whatever the rotation, the time off and the types: what is committed breaks no rule. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { weekdayOf } from '#domain/assets/opening-hours.ts'
import { isStartTime } from '#domain/orders/start-times.ts'
import { localDay } from '#domain/people/presence.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { type Bench, openBench } from './bench.ts'

const timeZone = 'Europe/Berlin'
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const
const days = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27']
const starts = { timeZone, times: ['09:00', '11:00', '14:00'] }
const types = [
  { type: 'juicer', name: 'Juicing', rank: 1, durationMinutes: 120, requirements: [{ duty: 'juicer' }], starts },
  {
    type: 'core',
    name: 'Core',
    rank: 6,
    durationMinutes: 60,
    requirements: [{ capability: 'lead' }],
    perPersonPerDay: 1,
  },
  {
    type: 'visit',
    name: 'Visit',
    rank: 9,
    durationMinutes: 30,
    requirements: [{ capability: 'lead' }],
    gapMinutes: 60,
  },
]

const itemsOf = async (bench: Bench, planId: string): Promise<PlanItem[]> =>
  (await bench.call('getPlanItems', { planId })).body.items

test('what is committed has whoever is on duty, at its times, and not more of a type than somebody does', async () => {
  const someone = fc.integer({ min: 0, max: 1 })
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        week: fc.array(fc.option(someone, { nil: undefined }), { minLength: 5, maxLength: 5 }),
        exceptions: fc.uniqueArray(fc.tuple(fc.constantFrom(...days), fc.option(someone)), {
          maxLength: 2,
          selector: ([day]) => day,
        }),
        off: fc.tuple(fc.subarray(days), fc.subarray(days)),
        orders: fc.array(fc.constantFrom('juicer', 'core', 'visit'), { minLength: 4, maxLength: 9 }),
      }),
      async ({ week, exceptions, off, orders }) => {
        const bench = await openBench()
        const people = [await bench.person('Ada'), await bench.person('Bob')]
        for (const [index, personId] of people.entries()) {
          await bench.call('setPerson', { personId }, { body: { qualifications: [{ name: 'lead' }] } })
          for (const from of off[index] ?? [])
            await bench.call('addTimeOff', { personId }, { body: { from, kind: 'vacation' } })
        }
        const standing = week.flatMap((one, index) => (one === undefined ? [] : [[weekdays[index], people[one]]]))
        await bench.duties([{ duty: 'juicer', name: 'Juicer', week: Object.fromEntries(standing) }])
        for (const [date, one] of exceptions)
          await bench.call(
            'createDutyException',
            {},
            { body: { date, duty: 'juicer', assetId: one === null ? null : people[one], reason: 'Because' } },
          )
        await bench.call('setOrderTypes', {}, { body: { types } })
        const typeOf = new Map<string, string>()
        for (const [index, type] of orders.entries()) {
          const { body } = await bench.call('createOrder', {}, { body: { name: `Order ${index}`, type } })
          typeOf.set(body.id, type)
        }
        const { body: plan } = await bench.call('makePlan', {}, { body: { iterations: 60, algorithm: 'search' } })
        await bench.call('commitPlan', { planId: plan.id }, { body: {} })
        const committed = (await itemsOf(bench, plan.id)).filter(({ state }) => state === 'committed')
        const cores = new Map<string, number>()
        for (const { orderId, start, end, assets } of committed) {
          const day = localDay(timeZone, Date.parse(start))
          const [who = ''] = assets.map(({ assetId }) => assetId as string)
          expect(off[people.indexOf(who)]).not.toContain(day)
          if (typeOf.get(orderId) === 'juicer') {
            const exception = exceptions.find(([date]) => date === day)
            const usual = week[weekdays.indexOf(weekdayOf(day) as (typeof weekdays)[number])]
            const has = exception ? exception[1] : usual
            expect(people[has ?? -1]).toBe(who)
            expect(isStartTime(starts, Date.parse(start))).toBe(true)
          }
          if (typeOf.get(orderId) === 'core') cores.set(`${who} ${day}`, (cores.get(`${who} ${day}`) ?? 0) + 1)
          if (typeOf.get(orderId) === 'visit')
            for (const other of committed.filter((one) => one.orderId !== orderId && one.assets[0]?.assetId === who)) {
              const between = Math.max(
                Date.parse(other.start) - Date.parse(end),
                Date.parse(start) - Date.parse(other.end),
              )
              expect(between).toBeGreaterThanOrEqual(60 * 60_000)
            }
        }
        for (const count of cores.values()) expect(count).toBe(1)
      },
    ),
    { numRuns: 8 },
  )
})

test('a plan is made anew when a duty changes hands, or a type its words', async () => {
  const bench = await openBench()
  const [ada, bob] = [await bench.person('Ada'), await bench.person('Bob')]
  const duties = (assetId: string) => bench.duties([{ duty: 'juicer', name: 'Juicer', week: { monday: assetId } }])
  const plan = async (): Promise<string> => (await bench.call('makePlan', {}, { body: { iterations: 20 } })).body.id
  await duties(ada)
  await bench.call('setOrderTypes', {}, { body: { types } })
  await bench.call('createOrder', {}, { body: { name: 'Juicing', type: 'juicer' } })
  const first = await plan()
  expect(await plan()).toBe(first)
  await duties(bob)
  const second = await plan()
  expect(second).not.toBe(first)
  expect((await itemsOf(bench, second))[0]?.assets).toEqual([{ assetId: bob, units: 1 }])
  await bench.call('setOrderTypes', {}, { body: { types: types.map((one) => ({ ...one, perPersonPerDay: 3 })) } })
  expect(await plan()).not.toBe(second)
})
