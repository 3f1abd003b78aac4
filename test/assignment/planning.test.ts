/** Assignments through the API: asked for as planning runs, looked at as plans, committed like any other. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { conductPlanningRun } from '#application/planning-runs/conduct-planning-run.ts'
import { fireRoutine } from '#application/planning-runs/fire-routine.ts'
import type { PlanningRunId } from '#domain/ids.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { dayMs, hours, instantOf } from '#domain/time.ts'
import { noon, workspaceId } from '../api/laboratory.ts'
import { type Bench, openBench } from '../roster/bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const person = async (name: string, more: object = {}): Promise<string> => {
  const id = await bench.person(name)
  await bench.call('setPerson', { personId: id }, { body: { qualifications: [{ name: 'lab' }], ...more } })
  return id
}
const order = async (name: string, more: object = {}): Promise<string> => {
  const body = { name, durationMinutes: 60, requirements: [{ capability: 'lab' }], ...more }
  const answered = await bench.call('createOrder', {}, { body })
  expect(answered.status, JSON.stringify(answered.body)).toBe(201)
  return answered.body.id
}
const assign = async (more: object = {}) => {
  const asked = await bench.call('requestPlanningRun', {}, { body: { algorithm: 'assignment', ...more } })
  expect(asked.status, JSON.stringify(asked.body)).toBe(201)
  const run = await conductPlanningRun({ workspaceId, id: asked.body.id as PlanningRunId }, bench.lab.world, () => 0)
  expect(run).toMatchObject({ status: 'completed' })
  const planId: string = (run as { planId?: string }).planId ?? ''
  const { body: plan } = await bench.call('getPlan', { planId })
  const { items, leftOut } = (await bench.call('getPlanItems', { planId })).body
  const of = (id: string): PlanItem | undefined => items.find(({ orderId }: PlanItem) => orderId === id)
  return { run, plan, items, leftOut, of }
}
const commit = async (planId: string, items: number) =>
  expect((await bench.call('commitPlan', { planId }, { body: {} })).body).toMatchObject({
    status: 'committed',
    committed: { items, failed: 0 },
  })

describe('an assignment', () => {
  test('keeps to limits, duties and types, tells why, and all of it can be committed', async () => {
    const ada = await person('Ada', { limits: { perDay: 1 } })
    await person('Ben')
    const week = { monday: ada, tuesday: ada, wednesday: ada, thursday: ada, friday: ada }
    await bench.duties([{ duty: 'juicer', name: 'Juicer', week }])
    const starts = { timeZone: 'Europe/Berlin', times: ['09:00', '11:00'] }
    const types = [
      { type: 'core', name: 'Core', rank: 1, perPersonPerDay: 1, starts },
      {
        type: 'visit',
        name: 'Visit',
        rank: 2,
        companion: { offsetMinutes: 60, toleranceMinutes: 60, timeZone: 'Europe/Berlin' },
      },
    ]
    const set = await bench.call('setOrderTypes', {}, { body: { types } })
    expect(set.status, JSON.stringify(set.body)).toBe(200)
    const juicer = await order('Juices', { requirements: [{ duty: 'juicer' }] })
    const cores = [await order('Core 1', { type: 'core' }), await order('Core 2', { type: 'core' })]
    const visit = await order('Visit', { type: 'visit', follows: { orderId: cores[0] } })
    const { run, plan, items, leftOut, of } = await assign()
    expect(run).toMatchObject({ endedBy: 'iterations', processed: 4, planned: 4, leftOut: 0, swaps: 0 })
    expect(plan).toMatchObject({ algorithm: 'assignment', mode: 'reshuffle' })
    expect(Date.parse(plan.to) - Date.parse(plan.from)).toBe(21 * dayMs)
    expect(leftOut).toEqual([])
    expect(of(juicer)).toMatchObject({
      assets: [{ assetId: ada }],
      assigned: { wave: 'duty', because: [expect.stringMatching(/^"Ada" has juicer on /), expect.any(String)] },
    })
    expect(of(visit)?.assets).not.toEqual(of(cores[0] ?? '')?.assets)
    expect(items).toHaveLength(4)
    await commit(plan.id, 4)
    // Those who have as much as they take are found out from the calendar, too.
    for (let count = 0; count < 3; count++) await order(`More ${count}`)
    const again = await assign()
    expect(again.plan.changes).toMatchObject({ kept: 4, moved: 0, dropped: 0, added: 3 })
    expect(again.of(juicer)).toMatchObject({ state: 'kept' })
    await commit(again.plan.id, 3)
  })

  test('lets what can wait make way, and says so in the run, the item and the slot that is given up', async () => {
    await person('Ada', { limits: { perDay: 1 } })
    const due = (days: number): string => instantOf(noon + days * dayMs)
    const wide = await order('Wide', { due: due(9) })
    const before = await assign()
    await commit(before.plan.id, 1)
    const urgent = await order('Urgent', { due: instantOf(noon + hours(4)) })
    const { run, plan, of, leftOut } = await assign({ to: due(1) })
    expect(run).toMatchObject({ swaps: 1 })
    expect(of(urgent)).toMatchObject({
      assigned: { swaps: [{ orderId: wide, outcome: 'unassigned', score: 9, reason: expect.any(String) }] },
    })
    expect(leftOut).toEqual([
      expect.objectContaining({ orderId: wide, code: 'BUMPED', bumpedBy: urgent, slotId: expect.any(String) }),
    ])
    expect(plan.changes).toMatchObject({ dropped: 1, added: 1 })
    await commit(plan.id, 1)
    expect((await bench.call('getOrder', { orderId: wide })).body).toMatchObject({ status: 'new' })
  })

  test('is committed as a whole where somebody has room only because something moves', async () => {
    await person('Ada', { limits: { perDay: 1 } })
    const wide = await order('Wide', { due: instantOf(noon + 9 * dayMs) })
    const before = await assign()
    await commit(before.plan.id, 1)
    const starts = { timeZone: 'Europe/Berlin', times: ['16:00'] }
    const urgent = await order('Urgent', { due: instantOf(noon + hours(5)), constraints: { starts } })
    const { plan, of } = await assign()
    expect(of(urgent)).toMatchObject({ assigned: { swaps: [{ orderId: wide, outcome: 'elsewhere' }] } })
    expect(of(wide)).toMatchObject({ state: 'proposed', former: { start: before.of(wide)?.start } })
    await commit(plan.id, 2)
  })

  test('counts what somebody has in all of a week, where a part of it is planned', async () => {
    await person('Ada', { limits: { perWeek: 2 } })
    const [monday, wednesday, saturday] = [3, 5, 8].map((days) => instantOf(noon + days * dayMs - hours(12)))
    for (const name of ['One', 'Two']) await order(name, { release: monday, due: wednesday })
    await commit((await assign()).plan.id, 2)
    await order('Three')
    const { leftOut } = await assign({ from: wednesday, to: saturday })
    expect(leftOut).toEqual([
      expect.objectContaining({
        code: 'NOBODY_AVAILABLE',
        message: expect.stringContaining('1 with 2 of 2 in the week of 2026-11-25 ("Ada")'),
      }),
    ])
  })

  test('is the same for the same question, while it is asked at the same time', async () => {
    await person('Ada')
    await order('One')
    const first = await assign()
    expect((await assign()).run).toMatchObject({ endedBy: 'known', planId: first.plan.id, swaps: 0 })
    bench.lab.clock.nowMs += dayMs
    expect((await assign()).plan.id).not.toBe(first.plan.id)
  })

  test('tells of what somebody put elsewhere that they did, and what a rotation that changed says against the rest', async () => {
    const [ada, ben] = [await person('Ada'), await person('Ben')]
    const juicer = (monday: string) =>
      bench.duties([{ duty: 'juicer', name: 'Juicer', week: { monday, tuesday: ada } }])
    await juicer(ada)
    const [moved, left] = [await order('Moved', { requirements: [{ duty: 'juicer' }] }), await order('Left')]
    const duty = await order('Duty', { requirements: [{ duty: 'juicer' }] })
    const { plan } = await assign({ orderIds: [moved, left, duty] })
    await juicer(ben)
    const put = { start: '2026-11-23T12:00:00+01:00', assets: [{ assetId: ben, units: 1 }] }
    const edited = await bench.call('editPlanItem', { planId: plan.id, orderId: moved }, { body: put })
    expect(edited.body).toMatchObject({ state: 'edited', assigned: { because: ['admin put it there.'], wave: 'duty' } })
    await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    const { items } = (await bench.call('getPlanItems', { planId: plan.id })).body
    const of = (id: string) => items.find(({ orderId }: PlanItem) => orderId === id)
    expect([moved, left, duty].map((id) => of(id).state)).toEqual(['committed', 'committed', 'failed'])
    expect(of(duty).problem).toMatch(/^It does not fit any more as it was planned: .*Ben has duty "juicer"/)
  })

  test('tells whose qualification ends too soon, and what to do', async () => {
    const ada = await person('Ada', { qualifications: [{ name: 'lab', until: '2026-11-25' }] })
    const [never, soon] = [await order('Never'), await order('Soon', { due: '2026-11-25T17:00:00+01:00' })]
    const both = await order('Two of one', { requirements: [{ capability: 'lab', units: 2 }] })
    const { leftOut, of } = await assign()
    const why = (id: string, told: { orderId: string; message: string }[]) =>
      told.find(({ orderId }) => orderId === id)?.message
    expect(why(never, leftOut)).toContain('"Ada" for "lab" until 2026-11-25')
    expect(of(soon)).toBeDefined()
    await bench.call('setPerson', { personId: ada }, { body: { qualifications: [{ name: 'lab' }] } })
    expect(why(both, (await assign()).leftOut)).toContain('units')
  })

  test('is made by planning runs alone', async () => {
    const asked = await bench.call('makePlan', {}, { body: { algorithm: 'assignment' } })
    expect([asked.status, JSON.stringify(asked.body)]).toEqual([422, expect.stringContaining('/planning-runs')])
  })
})

test('whatever is assigned night after night is committed: the rules count as the assignment does', async () => {
  const limits = fc.record(
    {
      perDay: fc.integer({ min: 1, max: 3 }),
      perWeek: fc.integer({ min: 1, max: 5 }),
      hoursPerWeek: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: [] },
  )
  const someone = fc.record({ limits, off: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }) })
  const work = fc.record({
    type: fc.constantFrom('core', 'visit', undefined),
    durationMinutes: fc.constantFrom(30, 90, 180),
    due: fc.integer({ min: 1, max: 9 }),
    duty: fc.boolean(),
  })
  const nights = fc.array(fc.array(work, { minLength: 2, maxLength: 5 }), { minLength: 2, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(fc.array(someone, { minLength: 1, maxLength: 3 }), nights, async (people, all) => {
      bench = await openBench()
      const ids: string[] = []
      for (const [index, { limits: own, off }] of people.entries()) {
        const id = await person(`Person ${index}`, { limits: own })
        ids.push(id)
        const from = instantOf(noon + (off ?? 0) * dayMs).slice(0, 10)
        if (off !== undefined) await bench.call('addTimeOff', { personId: id }, { body: { from, kind: 'sick' } })
      }
      const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']
      const week = Object.fromEntries(days.map((day, index) => [day, ids[index % ids.length]]))
      await bench.duties([{ duty: 'juicer', name: 'Juicer', week }])
      const types = [
        { type: 'core', name: 'Core', rank: 1, perPersonPerDay: 1, gapMinutes: 45 },
        { type: 'visit', name: 'Visit', rank: 2 },
      ]
      await bench.call('setOrderTypes', {}, { body: { types } })
      for (const [night, orders] of all.entries()) {
        for (const [index, { type, due, duty, durationMinutes }] of orders.entries())
          await order(`${night}-${index}`, {
            ...(type && { type }),
            durationMinutes,
            due: instantOf(bench.lab.clock.nowMs + due * dayMs),
            requirements: [duty ? { duty: 'juicer' } : { capability: 'lab' }],
          })
        const { plan, items } = await assign()
        const { kept, moved, added, dropped } = plan.changes
        expect(items).toHaveLength(kept + moved + added)
        if (moved + added + dropped === 0) continue
        const { body } = await bench.call('commitPlan', { planId: plan.id }, { body: {} })
        expect(body).toMatchObject({ status: 'committed', committed: { items: moved + added, failed: 0 } })
        bench.lab.clock.nowMs += dayMs / 2
      }
    }),
    { numRuns: 10 },
  )
})

test.for([
  ['assignment', {}, 3, 24],
  ['assignment', { days: 5, bufferDays: 0 }, 0, 5],
  ['search', {}, 0, 7],
] as const)('a routine plans by %s %j from day %i to day %i', async ([algorithm, more, from, to]) => {
  const body = { name: 'Nightly', cron: 'daily at 02:00', timeZone: 'Europe/Berlin', ask: { algorithm, ...more } }
  const { body: routine } = await bench.call('createPlanningRoutine', {}, { body })
  expect(routine.ask).toMatchObject(more)
  const scheduledTime = instantOf(noon + dayMs)
  const firing = { workspaceId, routineId: routine.id, scheduledTime, generation: routine.generation }
  const id = await fireRoutine(firing, bench.lab.world)
  const { ask } = (await bench.call('getPlanningRun', { planningRunId: id ?? '' })).body.run
  expect([ask.from, ask.to]).toEqual([from, to].map((days) => instantOf(noon + (days + 1) * dayMs)))
})

test.for(['from-scratch', 'repair'])('is refused with mode %s when it is asked for, not every night', async (mode) => {
  const ask = { algorithm: 'assignment', mode }
  const paths = ({ body }: { body: { reasons?: { code: string; path: string }[] } }) => body.reasons
  const asked = await bench.call('requestPlanningRun', {}, { body: ask })
  expect(paths(asked)).toEqual([expect.objectContaining({ code: 'other-mode', path: '/mode' })])
  const routine = { name: 'Nightly', cron: 'daily at 02:00', timeZone: 'Europe/Berlin', ask }
  const kept = await bench.call('createPlanningRoutine', {}, { body: routine })
  expect(paths(kept)).toEqual([expect.objectContaining({ code: 'other-mode', path: '/ask/mode' })])
})
