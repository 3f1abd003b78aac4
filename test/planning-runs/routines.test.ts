/** Plans that are made by themselves: entries follow their routines, and each time plans once. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { armAllRoutines } from '#application/planning-runs/arm-routine.ts'
import { conductPlanningRun } from '#application/planning-runs/conduct-planning-run.ts'
import { type Firing, fireRoutine } from '#application/planning-runs/fire-routine.ts'
import type { PlanningRoutineId } from '#domain/ids.ts'
import type { PlanningRoutine } from '#domain/planning-runs/routine.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { noon, workspaceId } from '../api/laboratory.ts'
import { type Bench, openBench } from '../plans/bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const body = { name: 'Nightly', cron: 'daily at 02:00', timeZone: 'Europe/Berlin', ask: { iterations: 500, days: 3 } }
const create = async (more: object = {}): Promise<PlanningRoutine> => {
  const { status, body: made } = await bench.call('createPlanningRoutine', {}, { body: { ...body, ...more } })
  expect(status, JSON.stringify(made)).toBe(201)
  return made
}
const routineOf = async (id: PlanningRoutineId): Promise<PlanningRoutine> =>
  (await bench.call('getPlanningRoutine', { planningRoutineId: id })).body
const change = async (id: PlanningRoutineId, patch: object) => {
  const { version } = await routineOf(id)
  const sent = { body: patch, headers: { 'if-match': `"${version}"` } }
  return bench.call('changePlanningRoutine', { planningRoutineId: id }, sent)
}
const entry = (id: PlanningRoutineId) => bench.lab.routines.get(id)
const firing = ({ id, generation }: PlanningRoutine, scheduledTime: string): Firing => ({
  workspaceId,
  routineId: id,
  scheduledTime,
  generation,
})
const night = instantOf(noon + 13 * 3_600_000)

describe('the entry of a routine', () => {
  test('has its rule, as it is now', async () => {
    const { id } = await create()
    expect(entry(id)).toMatchObject({ expression: 'cron(0 2 * * ? *)', timeZone: 'Europe/Berlin', generation: 1 })
    expect((await change(id, { cron: '30 3 * * 1-5' })).body).toMatchObject({
      cron: '30 3 ? * MON,TUE,WED,THU,FRI *',
      generation: 2,
    })
    expect(entry(id)).toMatchObject({ expression: 'cron(30 3 ? * MON,TUE,WED,THU,FRI *)', generation: 2 })
    await change(id, { status: 'paused' })
    expect(entry(id)).toBeUndefined()
    expect((await bench.call('getPlanningTimes', { planningRoutineId: id })).body).toEqual({ times: [] })
    await change(id, { status: 'active' })
    expect(entry(id)).toMatchObject({ generation: 4 })
    await change(id, { status: 'ended' })
    expect(entry(id)).toBeUndefined()
    expect((await change(id, { status: 'active' })).status).toBe(409)
  })

  test('follows within the hour, where EventBridge Scheduler does not answer', async () => {
    bench.lab.timetable.down = true
    const { id } = await create()
    expect(entry(id)).toBeUndefined()
    bench.lab.timetable.down = false
    expect(await armAllRoutines(workspaceId, bench.lab.world)).toBe(1)
    expect(entry(id)).toMatchObject({ generation: 1 })
  })

  test('is that of the last change, however the calls overtake each other', async () => {
    const patches = fc.array(
      fc.constantFrom({ status: 'paused' }, { status: 'active' }, { cron: '0 4 * * *' }, { cron: 'hourly' }),
      { minLength: 2, maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(patches, fc.array(fc.nat(40), { minLength: 24, maxLength: 24 }), async (changes, turns) => {
        const { id } = await create()
        const { routines } = bench.lab.world
        const { put, remove } = routines
        let call = 0
        const late = async (): Promise<void> => {
          for (let left = turns[call++ % turns.length] ?? 0; left > 0; left--) await Promise.resolve()
        }
        routines.put = async (given) => {
          await late()
          await put(given)
        }
        routines.remove = async (given) => {
          await late()
          await remove(given)
        }
        await Promise.all(changes.map((patch) => change(id, patch)))
        Object.assign(routines, { put, remove })
        const { status, cron, generation } = await routineOf(id)
        expect(entry(id)).toEqual(
          status === 'active' ? expect.objectContaining({ expression: `cron(${cron})`, generation }) : undefined,
        )
        await change(id, { status: 'ended' })
      }),
      { numRuns: 40 },
    )
  })

  test.for([
    [{ cron: '61 2 * * *' }, '/cron'],
    [{ cron: 'whenever' }, '/cron'],
    [{ cron: '*/10 * * * *' }, 'too-often'],
    [{ cron: '0,50 8-17 * * *' }, 'too-often'],
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ ask: { days: 0 } }, '/ask/days'],
    [{ ask: { from: night } }, '/ask'],
    [{ ask: { weights: { move: Number.NaN } } }, '/ask'],
  ] as const)('is not made of %j', async ([more, path]) => {
    const { status, body: answer } = await bench.call('createPlanningRoutine', {}, { body: { ...body, ...more } })
    expect(status).toBe(422)
    expect(JSON.stringify(answer)).toContain(path)
    expect(bench.lab.routines.size).toBe(0)
  })
})

describe('a time of a routine', () => {
  test('plans its days once, however often it is delivered', async () => {
    await bench.order('One')
    const routine = await create({ ask: { ...body.ask, bufferDays: 1 } })
    const ids = await Promise.all([1, 2, 3].map(() => fireRoutine(firing(routine, night), bench.lab.world)))
    expect(new Set(ids).size).toBe(1)
    const { items } = (await bench.call('listPlanningRuns')).body
    expect(items).toEqual([
      expect.objectContaining({
        id: ids[0],
        trigger: { kind: 'routine', routineId: routine.id, scheduledTime: night },
        ask: expect.objectContaining({
          name: 'Nightly',
          from: instantOf(Date.parse(night) + dayMs),
          to: instantOf(Date.parse(night) + 4 * dayMs),
        }),
      }),
    ])
    bench.lab.clock.nowMs = Date.parse(night)
    const run = await conductPlanningRun({ workspaceId, id: ids[0] ?? 'plr_none' }, bench.lab.world, () => 0)
    expect(run).toMatchObject({ status: 'completed', planned: 1 })
    const { items: planned } = await bench.items((run as { planId: string }).planId)
    expect(Date.parse(planned[0]?.start ?? '')).toBeGreaterThanOrEqual(Date.parse(night) + dayMs)
    expect(await fireRoutine(firing(routine, night), bench.lab.world)).toBe(ids[0])
    expect(
      await conductPlanningRun({ workspaceId, id: ids[0] ?? 'plr_none' }, bench.lab.world, () => 0),
    ).toBeUndefined()
  })

  test('does not plan while its run before is under way: that is recorded, once', async () => {
    const routine = await create()
    const later = instantOf(Date.parse(night) + dayMs)
    const [first, second] = [
      await fireRoutine(firing(routine, night), bench.lab.world),
      await fireRoutine(firing(routine, later), bench.lab.world),
    ]
    expect(await fireRoutine(firing(routine, later), bench.lab.world)).toBe(second)
    const run = async (id = '') => (await bench.call('getPlanningRun', { planningRunId: id })).body.run
    expect(await run(first)).toMatchObject({ status: 'queued' })
    expect(await run(second)).toMatchObject({
      status: 'cancelled',
      stop: { reason: expect.stringContaining(first ?? '') },
    })
    await bench.call('stopPlanningRun', { planningRunId: first ?? '' }, { body: {} })
    const third = await fireRoutine(firing(routine, instantOf(Date.parse(later) + dayMs)), bench.lab.world)
    expect(await run(third)).toMatchObject({ status: 'queued' })
  })

  test('is passed over where the routine has changed, is paused, has ended, or never was', async () => {
    const routine = await create()
    await change(routine.id, { cron: 'hourly' })
    expect(await fireRoutine(firing(routine, night), bench.lab.world)).toBeUndefined()
    await change(routine.id, { status: 'paused' })
    expect(await fireRoutine(firing(await routineOf(routine.id), night), bench.lab.world)).toBeUndefined()
    await change(routine.id, { status: 'ended' })
    expect(await fireRoutine(firing(await routineOf(routine.id), night), bench.lab.world)).toBeUndefined()
    expect(await fireRoutine(firing({ ...routine, id: 'rtn_none' }, night), bench.lab.world)).toBeUndefined()
    expect((await bench.call('listPlanningRuns')).body.items).toEqual([])
  })
})
