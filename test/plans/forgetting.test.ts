/** Plans, snapshots and planning runs that are not needed any more. */
import { beforeEach, describe, expect, test } from 'vitest'
import { cleanPlanningRuns } from '#application/planning-runs/clean-planning-runs.ts'
import { conductPlanningRun } from '#application/planning-runs/conduct-planning-run.ts'
import { cleanPlans } from '#application/plans/clean-plans.ts'
import { cleanSnapshots } from '#application/plans/clean-snapshots.ts'
import { takeSnapshot } from '#application/plans/take-snapshot.ts'
import type { PlanningRunId } from '#domain/ids.ts'
import { itemsPerPart } from '#domain/plans/parts.ts'
import type { Plan, PlanItem } from '#domain/plans/plan.ts'
import { dayMs } from '#domain/time.ts'
import { documentOf } from '../adapters/documents.ts'
import { noon, stored, workspaceId } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'
import { dyingAt } from './dying.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const onDay = (days: number): void => {
  bench.lab.clock.nowMs = noon + days * dayMs
}
const keep = (retentionDays: number) =>
  bench.call('changeWorkspace', {}, { body: { retentionDays }, headers: { 'if-match': '*' } })
const clean = () => cleanPlans(workspaceId, bench.lab.world)
const planIds = async (): Promise<string[]> =>
  (await bench.call('listPlans', {}, { query: { limit: '100' } })).body.items.map(({ id }: Plan) => id)
/** Everything that is stored, documents and history, as one text. */
const allText = (): string => {
  const { documents, audit } = bench.lab.world.store.everything()
  return JSON.stringify([...documents.values(), ...[...audit.values()].flat()])
}

/** A plan with as many parts as are wished for. */
const longPlan = async (parts: number): Promise<Plan> => {
  await bench.order('One')
  const plan: Plan = await bench.plan()
  const { store } = bench.lab.world
  const item = documentOf('planPart', workspaceId, 'x').items[0] as PlanItem
  for (let part = 1; part < parts; part++) {
    const value = {
      workspaceId,
      id: `${plan.id}-${part}`,
      items: Array(itemsPerPart).fill(item),
      leftOut: [],
      version: 1,
    }
    await store.commit([{ type: 'put', kind: 'planPart', value, expect: 'absent' }])
  }
  const value = { ...plan, parts, version: plan.version + 1 }
  await store.commit([{ type: 'put', kind: 'plan', value, expect: plan.version }])
  return value
}

describe('plans that are older than they are kept', () => {
  test('go after thirty days with all that belongs to them; what was committed stays', async () => {
    await bench.order('One')
    const committed = await bench.plan()
    const rejected = await bench.plan({ seed: 2 })
    await bench.call('rejectPlan', { planId: rejected.id }, { body: { reason: 'No' } })
    await bench.call('commitPlan', { planId: committed.id }, { body: {} })
    await bench.order('Two')
    const candidate = await bench.plan()
    onDay(29)
    expect(await clean()).toBe(0)
    const late = await bench.plan({ seed: 3 })
    onDay(31)
    expect(await clean()).toBe(2)
    expect(await planIds()).toEqual([late.id, committed.id])
    expect(allText()).not.toContain(rejected.id)
    expect(allText()).not.toContain(candidate.id)
    onDay(4_000)
    await clean()
    expect(await planIds()).toEqual([committed.id])
  })

  test('go when the history goes, where that is said', async () => {
    await bench.order('One')
    const committed = await bench.plan()
    await bench.call('commitPlan', { planId: committed.id }, { body: {} })
    await bench.order('Two')
    await bench.plan()
    expect((await keep(50)).status).toBe(200)
    onDay(49)
    expect(await clean()).toBe(0)
    onDay(51)
    expect(await clean()).toBe(2)
    expect(await planIds()).toEqual([])
  })

  test('are forgotten whole, wherever that dies; nobody commits what is left of one', async () => {
    for (let write = 1; ; write++) {
      bench = await openBench()
      const plan = await longPlan(3)
      onDay(31)
      const reached = await dyingAt(bench.lab, write, clean)
      if ((await planIds()).length > 0 && write > 1) {
        const answered = await bench.call('commitPlan', { planId: plan.id }, { body: {} })
        expect(answered.status, `dying at write ${write}`).toBe(409)
        expect((await bench.call('getPlanItems', { planId: plan.id })).status).toBe(200)
      }
      await clean()
      expect(allText(), `dying at write ${write}`).not.toContain(plan.id)
      if (!reached) return expect(write).toBeGreaterThan(5)
    }
  })

  test('stay while they are being committed', async () => {
    const plan = await longPlan(1)
    const value: Plan = { ...plan, status: 'committing', committing: { tentative: false }, version: plan.version + 1 }
    await bench.lab.world.store.commit([{ type: 'put', kind: 'plan', value, expect: plan.version }])
    onDay(100)
    expect(await clean()).toBe(0)
  })
})

describe('snapshots', () => {
  const take = (name: string, planId?: string) =>
    takeSnapshot({ workspaceId, actor: { kind: 'person', subject: 'admin' }, name }, bench.lab.world).then(
      async (snapshot) => {
        if (planId === undefined) return
        const value = { ...snapshot, planId, version: snapshot.version + 1 } as typeof snapshot
        await bench.lab.world.store.commit([{ type: 'put', kind: 'snapshot', value, expect: snapshot.version }])
      },
    )
  const names = async (): Promise<string[]> => {
    const first = (await bench.call('listSnapshots', {}, { query: { limit: '100' } })).body
    return first.items.map(({ name }: { name: string }) => name)
  }

  test('are kept, the newest fifty of people and of commits', async () => {
    for (let number = 1; number <= 52; number++) await take(`Mine ${number}`)
    for (let number = 1; number <= 51; number++) await take(`Commit ${number}`, 'pln_a')
    expect(await cleanSnapshots(workspaceId, bench.lab.world)).toBe(3)
    expect(await cleanSnapshots(workspaceId, bench.lab.world)).toBe(0)
    const kept = await names()
    expect(kept).toHaveLength(100)
    expect(kept).toContain('Mine 3')
    for (const gone of ['Mine 1', 'Mine 2', 'Commit 1']) expect(kept).not.toContain(gone)
  })

  test('go after ninety days, wherever that dies; what died while it was taken goes after an hour', async () => {
    for (let write = 1; ; write++) {
      bench = await openBench()
      const orderId = await bench.order('One')
      const body = { orderId, start: at(30), assets: [{ assetId: bench.assets[0], units: 1 }] }
      await bench.call('createSlot', {}, { body })
      await take('Old')
      await dyingAt(bench.lab, 2, () => take('Died'))
      onDay(91)
      const reached = await dyingAt(bench.lab, write, () => cleanSnapshots(workspaceId, bench.lab.world))
      await cleanSnapshots(workspaceId, bench.lab.world)
      expect(allText(), `dying at write ${write}`).not.toContain('snp_')
      if (!reached) return expect(write).toBeGreaterThan(6)
    }
  })
})

describe('a planning run', () => {
  const ran = async (): Promise<{ id: PlanningRunId; planId: string }> => {
    const id: PlanningRunId = (await bench.call('requestPlanningRun', {}, { body: { iterations: 200 } })).body.id
    const run = await conductPlanningRun({ workspaceId, id }, bench.lab.world, () => 0)
    return { id, planId: run?.status === 'completed' ? run.planId : '' }
  }
  const remove = (planningRunId: string) => bench.call('deletePlanningRun', { planningRunId })

  test('that is over is deleted with its plan; the history of both stays', async () => {
    await bench.order('One')
    const { id, planId } = await ran()
    expect((await remove(id)).status).toBe(204)
    expect((await bench.call('getPlanningRun', { planningRunId: id })).status).toBe(404)
    expect((await bench.call('getPlan', { planId })).status).toBe(404)
    expect((await bench.call('getPlanItems', { planId })).status).toBe(404)
    for (const [subject, action] of [
      [id, 'planning-run.deleted'],
      [planId, 'plan.removed'],
    ]) {
      const { body } = await bench.call('listAudit', {}, { query: { subject } })
      expect(body.items).toContainEqual(
        expect.objectContaining({ action, actor: expect.objectContaining({ subject: 'admin' }) }),
      )
    }
    expect((await remove(id)).status).toBe(404)
  })

  test('that is under way, or whose plan is committed, stays, and says what to do', async () => {
    await bench.order('One')
    const queued = (await bench.call('requestPlanningRun', {}, { body: {} })).body.id
    expect((await remove(queued)).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining(`${queued}/stop`),
    })
    const { id, planId } = await ran()
    await bench.call('commitPlan', { planId }, { body: {} })
    const before = stored(bench.lab)
    expect((await remove(id)).body).toMatchObject({ status: 409, detail: expect.stringContaining(planId) })
    expect(stored(bench.lab)).toBe(before)
    await bench.call('stopPlanningRun', { planningRunId: queued }, { body: {} })
    expect((await remove(queued)).status).toBe(204)
  })

  test('that was answered by a plan of somebody else leaves that', async () => {
    await bench.order('One')
    const plan = await bench.plan({ iterations: 200 })
    const { id, planId } = await ran()
    expect(planId).toBe(plan.id)
    expect((await remove(id)).status).toBe(204)
    expect((await bench.call('getPlan', { planId })).status).toBe(200)
  })

  test('goes after thirty days; one whose plan is committed stays with that', async () => {
    await bench.order('One')
    const first = await ran()
    await bench.call('commitPlan', { planId: first.planId }, { body: {} })
    await bench.order('Two')
    const second = await ran()
    const live = (await bench.call('requestPlanningRun', {}, { body: {} })).body.id
    const cleaned = () => cleanPlanningRuns(workspaceId, bench.lab.world)
    onDay(29)
    expect(await cleaned()).toBe(0)
    onDay(31)
    expect(await cleaned()).toBe(1)
    expect(allText()).not.toContain(second.id)
    expect(allText()).not.toContain(second.planId)
    for (const planningRunId of [first.id, live])
      expect((await bench.call('getPlanningRun', { planningRunId })).status).toBe(200)
    await keep(50)
    onDay(51)
    expect(await clean()).toBe(1)
    expect(await cleaned()).toBe(1)
    expect(allText()).not.toContain(first.id)
  })

  test('is deleted whole, wherever that dies, when it is asked again', async () => {
    for (let write = 1; ; write++) {
      bench = await openBench()
      await bench.order('One')
      const { id, planId } = await ran()
      const reached = await dyingAt(bench.lab, write, () => remove(id))
      expect([204, 404], `dying at write ${write}`).toContain((await remove(id)).status)
      expect(await planIds()).toEqual([])
      expect((await bench.call('getPlan', { planId })).status).toBe(404)
      expect((await bench.call('getPlanningRun', { planningRunId: id })).status).toBe(404)
      if (!reached) return expect(write).toBeGreaterThan(3)
    }
  })
})
