/** From a pile of requests to runs that start by themselves: orders from a table, a plan, an edit, a commit, and what becomes of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop()

const csv = readFileSync(join(import.meta.dirname, '..', '..', 'examples', 'orders.csv'), 'utf8')
const inSeconds = (seconds: number): string =>
  new Date(Math.floor(Date.now() / 1_000) * 1_000 + seconds * 1_000).toISOString()
const minute = () => laboratory().cloud.events.runRule('ReactionsMinute')

test('fifty orders of a table are planned, compared, edited and committed; the first slots run, and their orders are completed', async () => {
  const at = await bench()
  at.agent.start()
  const { api, params } = at
  const agentId = at.agent.thing.split(':')[1] as `agt_${string}`
  const machine = async (name: string, capability: string) =>
    (await api.call('createAsset', { params, body: { name, kind: 'machine', agentId, capabilities: [capability] } }))
      .body.id
  const handlers = [await machine('Star', 'pipetting'), await machine('Vantage', 'pipetting')]
  await machine('Reader', 'absorbance')
  const protocol = {
    name: 'Serial dilution (simulated)',
    driver: 'simulator',
    requirements: [{ capability: 'pipetting', units: 1 }],
    payload: { durationMs: 50 },
    expectedDurationSeconds: 600,
    heartbeatSeconds: 1,
  }
  await api.call('createProtocol', { params, body: protocol })

  const { body: dry } = await api.call('importOrders', { params, body: { csv, dryRun: true } })
  expect(dry).toMatchObject({ problems: [], unchanged: 0 })
  expect(dry.created).toHaveLength(50)
  await api.call('importOrders', { params, body: { csv } })
  expect((await api.call('importOrders', { params, body: { csv } })).body).toMatchObject({ created: [], unchanged: 50 })

  const plan = async (algorithm: 'first-fit' | 'search') =>
    (await api.call('makePlan', { params, body: { algorithm, iterations: 2_000, freezeMinutes: 10 } })).body
  const [greedy, searched] = [await plan('first-fit'), await plan('search')]
  expect(searched.metrics.value).toBeGreaterThanOrEqual(greedy.metrics.value)
  expect(searched).toMatchObject({ items: 50, leftOut: 0 })
  const compare = { params: { ...params, planId: greedy.id }, query: { with: searched.id } }
  const { body: compared } = await api.call('comparePlans', compare)
  expect(compared.same + compared.different).toBe(50)

  const planId = searched.id
  const { body: items } = await api.call('getPlanItems', { params: { ...params, planId }, query: { limit: 100 } })
  const soon = items.items.filter(({ assets }) => assets[0]?.assetId === handlers[0]).slice(0, 1)
  const start = inSeconds(6)
  for (const { orderId } of soon)
    await api.call('editPlanItem', {
      params: { ...params, planId, orderId },
      body: { start, assets: [{ assetId: handlers[0] ?? 'ast_none', units: 1 }] },
    })
  const { body: committed } = await api.call('commitPlan', { params: { ...params, planId }, body: {} })
  expect(committed).toMatchObject({ status: 'committed', committed: { items: 50, failed: 0 } })
  const { body: table } = await api.call('getTimetable', { params, query: {} })
  expect(table.revision).toBe(1)
  // One of them may have begun.
  const { committed: ahead = 0, executing = 0, completed = 0 } = table.byStatus
  expect(ahead + executing + completed).toBe(50)
  expect(ahead).toBeGreaterThanOrEqual(49)

  const orderId = soon[0]?.orderId ?? 'ord_none'
  const order = await until('the order is completed', async () => {
    await minute()
    const { body } = await api.call('getOrder', { params: { ...params, orderId } })
    return body.status === 'completed' && body
  })
  const { body: slot } = await api.call('getSlot', { params: { ...params, slotId: order.slots[0] ?? 'slt_none' } })
  expect(slot).toMatchObject({ status: 'completed', start, source: 'manual' })
  const { body: run } = await api.call('getRun', { params: { ...params, runId: slot.runId ?? 'run_none' } })
  expect(run).toMatchObject({ status: 'ended', outcome: 'succeeded', scheduleId: slot.scheduleId })

  const [other] = items.items.filter((item) => item.orderId !== orderId)
  const { body: waiting } = await api.call('getOrder', { params: { ...params, orderId: other?.orderId ?? 'ord_none' } })
  const slotId = waiting.slots[0] ?? 'slt_none'
  const body = { reason: 'The sample is lost', force: 'It is about to begin' }
  expect((await api.call('cancelSlot', { params: { ...params, slotId }, body })).body.status).toBe('cancelled')
  await expect(
    api.call('cancelOrder', { params: { ...params, orderId: waiting.id }, body: {} }),
  ).resolves.toMatchObject({
    body: { status: 'cancelled' },
  })
})

test('a planning run goes through its own state machine, its plan is committed and rolled back; a routine starts one at its time, once', async () => {
  const { api, params, asset } = await bench()
  const assetId = await asset('Planned')
  for (const name of ['One', 'Two', 'Three'])
    await api.call('createOrder', { params, body: { name, durationMinutes: 30, requirements: [{ assetId }] } })
  const ended = (planningRunId: `plr_${string}`) =>
    until('the end of the planning run', async () => {
      const { run } = (await api.call('getPlanningRun', { params: { ...params, planningRunId } })).body
      return run.status !== 'queued' && run.status !== 'running' && run
    })
  const { body: asked } = await api.call('requestPlanningRun', { params, body: { iterations: 2_000 } })
  const run = await ended(asked.id)
  expect(run).toMatchObject({ status: 'completed', planned: 3, leftOut: 0, attempt: 1 })
  const planId = run.status === 'completed' ? run.planId : 'pln_none'
  expect((await api.call('getPlan', { params: { ...params, planId } })).body).toMatchObject({ items: 3 })

  await api.call('commitPlan', { params: { ...params, planId }, body: {} })
  const standing = async () => (await api.call('getTimetable', { params, query: {} })).body.byStatus
  expect(await standing()).toMatchObject({ committed: 3 })
  const [before] = (await api.call('listSnapshots', { params })).body.items
  const back = { params: { ...params, snapshotId: before?.id ?? 'snp_none' }, body: { force: 'Wrong plan' } }
  expect((await api.call('restoreSnapshot', back)).body.plan).toMatchObject({ mode: 'rollback', status: 'committed' })
  expect((await standing()).committed ?? 0).toBe(0)
  expect((await api.call('getPlan', { params: { ...params, planId } })).body.status).toBe('committed')

  const { body: routine } = await api.call('createPlanningRoutine', {
    params,
    body: { name: 'Nightly', cron: 'daily at 02:00', timeZone: 'Europe/Berlin', ask: { iterations: 1_000 } },
  })
  await laboratory().cloud.scheduler.fire(routine.id, { times: 3, scheduledTime: inSeconds(0) })
  const fired = await until('the run of the routine', async () => {
    const { body } = await api.call('listPlanningRuns', { params })
    return body.items.filter(({ trigger }) => trigger.kind === 'routine')[0]?.id
  })
  expect(await ended(fired)).toMatchObject({ status: 'completed', planned: 3, trigger: { routineId: routine.id } })
  expect((await api.call('listPlanningRuns', { params })).body.items).toHaveLength(2)
})
