/** Plans that are made beside requests: told of, stopped, repeated after a crash, and looked after. */
import { beforeEach, describe, expect, test } from 'vitest'
import { conductPlanningRun } from '#application/planning-runs/conduct-planning-run.ts'
import { mostAtATime } from '#application/planning-runs/request-planning-run.ts'
import { failPlanningRun, sweepPlanningRuns } from '#application/planning-runs/sweep-planning-runs.ts'
import type { Change } from '#application/world.ts'
import { Refusal } from '#domain/errors.ts'
import type { PlanningRunId } from '#domain/ids.ts'
import { minutes } from '#domain/time.ts'
import { noon, stored, workspaceId } from '../api/laboratory.ts'
import { type Bench, openBench } from '../plans/bench.ts'
import { dyingAt } from '../plans/dying.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
  for (let number = 1; number <= 6; number++) await bench.order(`Order ${number}`, { value: number })
})

const ask = async (body: object = {}): Promise<PlanningRunId> => {
  const { status, body: run } = await bench.call('requestPlanningRun', {}, { body: { iterations: 2_000, ...body } })
  expect(status, JSON.stringify(run)).toBe(201)
  return run.id
}
/** The execution of a run, on a stopwatch of which each look costs so many milliseconds. */
const conduct = (id: PlanningRunId, msPerLook = 0) => {
  let ms = 0
  return conductPlanningRun({ workspaceId, id }, bench.lab.world, () => {
    ms += msPerLook
    return ms
  })
}
const told = async (id: PlanningRunId) => (await bench.call('getPlanningRun', { planningRunId: id })).body
const plans = async () => (await bench.call('listPlans')).body.items
const stop = (id: PlanningRunId, body: object = {}) => bench.call('stopPlanningRun', { planningRunId: id }, { body })

/** Does something each time after a document of a kind has been written; told how often it was. */
const afterPuts = (kind: string, what: (times: number) => Promise<unknown>): void => {
  const { store } = bench.lab.world
  const commit = store.commit
  let puts = 0
  store.commit = async (changes: readonly Change[]) => {
    const result = await commit(changes)
    if (changes.some((change) => change.type === 'put' && change.kind === kind)) await what(++puts)
    return result
  }
}

describe('a planning run', () => {
  test('of which several executions are under way at once makes one plan', async () => {
    const id = await ask()
    const ends = await Promise.all([conduct(id), conduct(id), conduct(id)])
    const [plan, ...others] = await plans()
    expect(others).toEqual([])
    expect((await told(id)).run).toMatchObject({ status: 'completed', planId: plan.id, planned: 6 })
    expect(ends.some((run) => run?.status === 'completed')).toBe(true)
  })

  test('makes the plan that a request would make, and says how far it is meanwhile', async () => {
    const id = await ask({ name: 'Next week' })
    expect(bench.lab.started).toEqual([id])
    expect((await told(id)).run).toMatchObject({ status: 'queued', trigger: { kind: 'manual' }, createdBy: 'admin' })
    const shares: number[] = []
    afterPuts('planningProgress', async () => {
      const { run, progress } = await told(id)
      expect(run.status).toBe('running')
      expect(progress).toMatchObject({ iterations: expect.any(Number), planned: 6 })
      shares.push(progress.share)
    })
    const run = await conduct(id, 1_500)
    expect(shares.length).toBeGreaterThan(2)
    expect(shares).toEqual(shares.toSorted((one, other) => one - other))
    expect(run).toMatchObject({ status: 'completed', endedBy: 'iterations', processed: 6, planned: 6, leftOut: 0 })
    const [plan, ...others] = await plans()
    expect(others).toEqual([])
    expect(plan).toMatchObject({ id: (run as { planId?: string }).planId, name: 'Next week', iterations: 2_000 })
    expect((await bench.plan({ iterations: 2_000 })).id).toBe(plan.id)
  })

  test('finds the plan that answers its question already', async () => {
    const plan = await bench.plan({ iterations: 2_000 })
    expect(await conduct(await ask())).toMatchObject({ status: 'completed', endedBy: 'known', planId: plan.id })
  })

  test('ends by its seconds with the best plan so far, which answers no question that has more time', async () => {
    const first = await conduct(await ask({ iterations: 100_000, seconds: 10 }), 400)
    expect(first).toMatchObject({ status: 'completed', endedBy: 'seconds', planned: 6 })
    const [short] = await plans()
    expect(short).toMatchObject({ cutShort: true })
    expect(short.iterations).toBeLessThan(100_000)
    const second = await conduct(await ask({ iterations: 100_000, seconds: 600 }), 0)
    expect(second).toMatchObject({ status: 'completed', endedBy: 'iterations' })
    expect(await plans()).toHaveLength(2)
  })

  test('of which seconds alone are given uses them up, says so, and answers no question', async () => {
    const asked = { iterations: undefined, seconds: 10 }
    const run = await conduct(await ask(asked), 100)
    expect(run).toMatchObject({ status: 'completed', endedBy: 'seconds', planned: 6 })
    const [plan] = await plans()
    expect(plan).toMatchObject({ seconds: 10 })
    expect(plan.cutShort).toBeUndefined()
    expect(await conduct(await ask(asked), 100)).toMatchObject({ endedBy: 'seconds' })
    expect(await plans()).toHaveLength(2)
  })

  test('ends near its seconds, whatever its orders are', async () => {
    let ms = 0
    const id = await ask({ iterations: undefined, seconds: 20 })
    await conductPlanningRun({ workspaceId, id }, bench.lab.world, () => {
      ms += 10
      return ms
    })
    expect(ms).toBeGreaterThan(18_000)
    expect(ms).toBeLessThan(22_000)
  })

  test('does not begin when it was stopped before', async () => {
    const id = await ask()
    expect((await stop(id, { reason: 'Wrong week' })).body).toMatchObject({
      status: 'cancelled',
      stop: { by: 'admin', reason: 'Wrong week' },
    })
    const before = stored(bench.lab)
    expect(await conduct(id)).toBeUndefined()
    expect((await stop(id)).status).toBe(200)
    expect(stored(bench.lab)).toBe(before)
  })

  test.for([
    { keep: true, status: 'completed', plans: 1 },
    { keep: false, status: 'cancelled', plans: 0 },
  ])('is stopped when it looks; it is $status with keep $keep', async ({ keep, status, plans: count }) => {
    const id = await ask({ iterations: 1_000_000 })
    afterPuts('planningProgress', async (times) => times === 2 && stop(id, { keep }))
    const run = await conduct(id, 1_500)
    expect(run).toMatchObject({ status, stop: { keep, by: 'admin' } })
    if (keep) expect(run).toMatchObject({ endedBy: 'person', planned: 6 })
    expect(await plans()).toHaveLength(count)
    expect((await stop(id)).status).toBe(keep ? 409 : 200)
  })

  test('whoever asked to keep its plan may still say no; not the other way round', async () => {
    const id = await ask({ iterations: 1_000_000 })
    afterPuts('planningProgress', async (times) => {
      if (times !== 2) return
      for (const keep of [true, false, true]) await stop(id, { keep })
    })
    expect(await conduct(id, 1_500)).toMatchObject({ status: 'cancelled', stop: { keep: false } })
  })

  test('makes one plan, wherever it dies and is begun again', async () => {
    for (let write = 1; ; write++) {
      bench = await openBench()
      await bench.order('One')
      await bench.order('Two')
      const id = await ask()
      const died = await dyingAt(bench.lab, write, () => conduct(id, 1_500))
      // The execution tries again; where it had ended, there is nothing to do.
      await conduct(id, 1_500)
      expect((await told(id)).run).toMatchObject({ status: 'completed', planned: 2 })
      const [plan, ...others] = await plans()
      expect(others, `write ${write}`).toEqual([])
      expect((await bench.items(plan.id)).items).toHaveLength(2)
      if (!died) {
        expect(write).toBeGreaterThan(5)
        return
      }
    }
  })

  test('fails with the reason where it is no question', async () => {
    const id = await ask({ to: new Date(noon + minutes(60)).toISOString() })
    bench.lab.clock.nowMs += minutes(90)
    expect(await conduct(id)).toMatchObject({ status: 'failed', message: expect.stringContaining('to') })
    expect(await plans()).toEqual([])
  })

  test('of a batch plans its orders, and tells the batch; where that was cancelled meanwhile, it fails with the reason', async () => {
    const { body: batch } = await bench.call('createBatch', {}, { body: { name: 'Week 47' } })
    const told = async () => (await bench.call('getBatch', { batchId: batch.id })).body
    const mine = await bench.order('Mine', { batchId: batch.id })
    await bench.order('Other')
    const run = await conduct(await ask({ batchId: batch.id }))
    const { result } = await told()
    expect(run).toMatchObject({ status: 'completed', planId: result.planId })
    expect((await bench.items(result.planId)).items.map(({ orderId }) => orderId)).toEqual([mine])
    const late = await ask({ batchId: batch.id, seed: 2 })
    await bench.call('cancelBatch', { batchId: batch.id }, { body: { reason: 'No reagents' } })
    expect(await conduct(late)).toMatchObject({ status: 'failed', message: expect.stringContaining('Week 47') })
    expect((await told()).status).toBe('cancelled')
  })

  test('is refused where so many are under way', async () => {
    for (let number = 0; number < mostAtATime; number++) await ask()
    const { status, body } = await bench.call('requestPlanningRun', {}, { body: {} })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'limit_exceeded', detail: expect.stringContaining('plr_') })
  })
})

describe('planning runs at a time', () => {
  const request = () => bench.call('requestPlanningRun', {}, { body: {} })

  test('are never more than there are processors for, however many are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 3 * mostAtATime }, request))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(mostAtATime)
    for (const { body } of answers.filter(({ status }) => status !== 201)) expect(body.code).toBe('limit_exceeded')
    const { body } = answers.find(({ status }) => status === 201) ?? { body: {} }
    await stop(body.id)
    expect((await request()).status).toBe(201)
    expect((await request()).status).toBe(422)
  })
})

describe('what looks after planning runs', () => {
  const sweep = () => sweepPlanningRuns(workspaceId, bench.lab.world)

  test('starts the execution that was never started, and ends what is not heard of', async () => {
    const { planners } = bench.lab.world
    const { start } = planners
    planners.start = async () => {
      throw new Refusal('unavailable', 'Step Functions did not answer.')
    }
    const id = await ask()
    planners.start = start
    expect(await sweep()).toEqual({ started: 0, crashed: 0 })
    bench.lab.clock.nowMs += minutes(1)
    expect(await sweep()).toEqual({ started: 1, crashed: 0 })
    expect(bench.lab.started).toEqual([id])
    bench.lab.clock.nowMs += minutes(9)
    expect(await sweep()).toEqual({ started: 0, crashed: 1 })
    expect((await told(id)).run).toMatchObject({ status: 'crashed', message: expect.stringContaining('again') })
    expect(await sweep()).toEqual({ started: 0, crashed: 0 })
    expect(await conduct(id)).toBeUndefined()
  })

  test('leaves alone what tells how far it is, however long it takes', async () => {
    const id = await ask({ iterations: 100_000 })
    let looks = 0
    const { clock } = bench.lab
    afterPuts('planningProgress', async () => {
      clock.nowMs += minutes(6)
      looks += 1
      expect(await sweep()).toEqual({ started: 0, crashed: 0 })
    })
    expect(await conduct(id, 700)).toMatchObject({ status: 'completed' })
    expect(looks).toBeGreaterThan(3)
  })

  test('ends a run whose execution failed at every try; one that has ended stays as it is', async () => {
    const id = await ask()
    expect(await failPlanningRun({ workspaceId, id }, 'States.Timeout', bench.lab.world)).toBe(true)
    expect((await told(id)).run).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('States.Timeout'),
    })
    expect(await failPlanningRun({ workspaceId, id }, 'again', bench.lab.world)).toBe(false)
  })
})
