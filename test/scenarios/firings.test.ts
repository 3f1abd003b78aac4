import { expect, test } from 'vitest'
import { until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop()

const hourly = { kind: 'rate', every: 1, unit: 'hour' } as const
/** EventBridge Scheduler tells times in whole seconds. */
const wholeSecond = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString()

test('a firing that is delivered five times starts one run, which drives once (I4)', async () => {
  const at = await bench()
  at.agent.start()
  const { api } = at
  const protocolId = await at.protocol('repeated', await at.asset('Reader'))
  const { body: schedule } = await api.call('createSchedule', {
    params: at.params,
    body: { name: 'Hourly', protocolId, rule: hourly, startAt: wholeSecond(Date.now() - 7_200_000) },
  })
  const executions = await laboratory().cloud.scheduler.fire(schedule.id, {
    times: 5,
    scheduledTime: wholeSecond(Date.now()),
  })
  expect(new Set(executions).size).toBe(5)
  at.release('repeated')
  const runId = await until('a run', async () => {
    const { body } = await api.call('listRuns', { params: at.params, query: { scheduleId: schedule.id } })
    return body.items[0]?.id
  })
  expect(await at.ended(runId)).toMatchObject({ outcome: 'succeeded' })
  await until('the end of every execution', () =>
    executions.every((arn) => laboratory().cloud.stepFunctions.describe(arn)?.status !== 'RUNNING'),
  )
  const { body: runs } = await api.call('listRuns', { params: at.params, query: { scheduleId: schedule.id } })
  expect(runs.items.map(({ id }) => id)).toEqual([runId])
  expect(at.drives('repeated')).toHaveLength(1)
  expect((await at.actions(runId)).filter((action) => action === 'run.opened')).toHaveLength(1)
})

test('of two schedules that want one asset the second waits and runs after the first (I1)', async () => {
  const at = await bench()
  at.agent.start()
  const assetId = await at.asset('Reader')
  const schedules = []
  for (const name of ['one', 'two']) {
    const protocolId = await at.protocol(name, assetId)
    const settings = { assetWait: { maxAttempts: 30, delaySeconds: 1 } }
    const { body } = await at.api.call('createSchedule', {
      params: at.params,
      body: { name, protocolId, rule: hourly, settings, startAt: wholeSecond(Date.now() - 7_200_000) },
    })
    schedules.push(body)
  }
  const due = wholeSecond(Date.now())
  await Promise.all(schedules.map(({ id }) => laboratory().cloud.scheduler.fire(id, { scheduledTime: due })))
  const runs = await until('both runs', async () => {
    const { body } = await at.api.call('listRuns', { params: at.params })
    const waiting = body.items.find((run) => run.status === 'waiting')
    const running = body.items.find((run) => run.status === 'running')
    return waiting && running ? { waiting, running } : undefined
  })
  expect(runs.waiting.waiting).toMatchObject({ reason: 'assets-busy' })
  await until('the first drive', () => at.drives('one').length + at.drives('two').length > 0)
  expect(at.drives('one').length + at.drives('two').length).toBe(1)
  at.release('one')
  at.release('two')
  for (const { id } of [runs.running, runs.waiting]) expect(await at.ended(id)).toMatchObject({ outcome: 'succeeded' })
  expect([at.drives('one').length, at.drives('two').length]).toEqual([1, 1])
})

test('a run whose attempts to get a busy asset are used up fails and says who holds it', async () => {
  const at = await bench()
  at.agent.start()
  const protocolId = await at.protocol('held', await at.asset('Reader'))
  const { body: first } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  await at.inStatus(first.id, 'running')
  const { body: second } = await at.api.call('startRun', {
    params: at.params,
    body: { protocolId, settings: { assetWait: { maxAttempts: 2, delaySeconds: 1 } } },
  })
  const end = await at.ended(second.id)
  expect(end).toMatchObject({ outcome: 'failed', end: { reason: 'assets-busy' } })
  expect(end.end.message).toContain('Reader')
  expect(end.end.facts?.heldBy).toHaveLength(1)
  at.release('held')
  expect(await at.ended(first.id)).toMatchObject({ outcome: 'succeeded' })
  expect(at.drives('held')).toHaveLength(1)
})

test('a schedule whose runs fail again and again pauses by itself and says which run was the last', async () => {
  const at = await bench()
  at.agent.start()
  const protocolId = await at.protocol('broken', await at.asset('Reader'), { path: 'fail.mjs' })
  const { body: schedule } = await at.api.call('createSchedule', {
    params: at.params,
    body: { name: 'Hourly', protocolId, rule: hourly, settings: { pauseAfterFailures: 2 } },
  })
  const params = { ...at.params, scheduleId: schedule.id }
  const runs = []
  for (let i = 0; i < 2; i++) {
    const { body: run } = await at.api.call('triggerSchedule', { params, body: {} })
    const end = await at.ended(run.id)
    expect(end).toMatchObject({ outcome: 'failed', end: { exitCode: 7, outputTail: 'the lamp is cold\n' } })
    runs.push(run.id)
  }
  const { body } = await at.api.call('getSchedule', { params })
  expect(body.schedule).toMatchObject({ status: 'paused', stopped: { note: expect.stringContaining(runs[1] ?? '') } })
  await expect(at.api.call('triggerSchedule', { params, body: {} })).rejects.toThrow('is paused')
})
