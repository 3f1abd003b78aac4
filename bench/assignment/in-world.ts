import { createMemoryStore } from '#adapters/memory/store.ts'
import { conductPlanningRun } from '#application/planning-runs/conduct-planning-run.ts'
import { requestPlanningRun } from '#application/planning-runs/request-planning-run.ts'
import { commitPlan } from '#application/plans/commit-plan.ts'
import { makePlan } from '#application/plans/make-plan.ts'
import { approveProposals } from '#application/proposals/approve-proposals.ts'
import type { Change, World } from '#application/world.ts'
import { checkAssignment, type Given } from '#domain/assignment/check.ts'
import type { Actor } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { emptyPerson } from '#domain/people/person.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { placeOf } from '#domain/plans/place.ts'
import { instantOf } from '#domain/time.ts'
import type { Row } from '../benches.ts'
import { cpuSeconds } from '../planner/cpu.ts'
import { firstMs, generateMonth } from './month.ts'

const actor: Actor = { kind: 'person', subject: 'bench' }
const never = () => false

type Month = ReturnType<typeof generateMonth>
type BenchWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'planners'>

const openWorld = (): BenchWorld => {
  let last = 0
  return {
    store: createMemoryStore(),
    clock: { now: () => firstMs },
    ids: { unique: () => String(++last).padStart(8, '0') },
    timetable: {
      put: async () => undefined,
      remove: async () => undefined,
      read: async () => undefined,
      list: async () => ({ items: [] }),
    },
    planners: { start: async () => undefined },
  }
}

/** Stores a month as people would have entered it. */
const enter = async ({ assets, orders, types = [], duties }: Month, world: BenchWorld): Promise<WorkspaceId> => {
  const workspaceId = orders[0]?.order.workspaceId ?? ('ws_bench' as WorkspaceId)
  const at = instantOf(firstMs)
  const stamps = { version: 1, createdAt: at, createdBy: 'bench', updatedAt: at, updatedBy: 'bench' }
  const stored = { workspaceId, version: 1, updatedAt: at, updatedBy: 'bench' }
  const changes: Change[] = [
    { type: 'put', kind: 'rotation', value: { ...stored, duties: [...duties] }, expect: 'absent' },
    { type: 'put', kind: 'orderTypes', value: { ...stored, types: [...types] }, expect: 'absent' },
    ...assets.map(({ id, name, capacity, openingHours, person = emptyPerson }): Change => {
      const value = { workspaceId, id, name, kind: 'person', status: 'available', capacity, person } as const
      const more = { capabilities: [], tags: [], changeovers: [], rules: {}, ...(openingHours && { openingHours }) }
      return { type: 'put', kind: 'asset', value: { ...value, ...more, ...stamps }, expect: 'absent' }
    }),
    ...orders.map(({ order }): Change => ({ type: 'put', kind: 'order', value: order, expect: 'absent' })),
  ]
  for (let from = 0; from < changes.length; from += 50) await world.store.commit(changes.slice(from, from + 50))
  return workspaceId
}

const methods = {
  'first fit, planned and committed': async (workspaceId: WorkspaceId, to: string, world: BenchWorld) => {
    const ask = { workspaceId, actor, mode: 'auto', algorithm: 'first-fit', seed: 1, iterations: 1, to } as const
    const { id: planId } = await makePlan({ ...ask, freezeMinutes: 0 }, world, () => 0)
    await commitPlan({ workspaceId, planId, actor, tentative: false }, world, never)
    return 0
  },
  'assignment, run and approved': async (workspaceId: WorkspaceId, to: string, world: BenchWorld) => {
    const ask = { mode: 'auto', algorithm: 'assignment', seed: 1, to, freezeMinutes: 0 } as const
    const { id } = await requestPlanningRun({ workspaceId, actor, ask }, world)
    const run = await conductPlanningRun({ workspaceId, id }, world, () => 0)
    if (run?.status !== 'completed') throw new Error(`The run is ${run?.status}: ${JSON.stringify(run)}`)
    await approveProposals({ workspaceId, planId: run.planId, actor }, world, never)
    return run.swaps ?? 0
  },
}

/** Months as they are stored, planned and put into the calendar: what has a slot in the end, and what rules that breaks. */
export const measureInWorld = async (seeds: readonly number[]): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for (const [method, plan] of Object.entries(methods)) {
    const sum = { orders: 0, planned: 0, slots: 0, violations: 0, swaps: 0, seconds: 0 }
    for (const seed of seeds) {
      const month = generateMonth(seed)
      const world = openWorld()
      const workspaceId = await enter(month, world)
      const began = cpuSeconds()
      sum.swaps += await plan(workspaceId, instantOf(month.span.endMs), world)
      sum.seconds += cpuSeconds() - began
      const [made] = (await world.store.list('plan', workspaceId, { limit: 1 })).items
      const slots = (await world.store.begunSlots(workspaceId, { limit: 10_000 }, '9999')).items.filter(isLiveSlot)
      const given = slots.map((slot): Given => ({ orderId: slot.orderId, ...placeOf(slot), kept: false }))
      sum.orders += month.orders.length
      sum.planned += made?.items ?? 0
      sum.slots += slots.length
      sum.violations += checkAssignment(month, given).length
    }
    const share = (count: number): string => ((100 * count) / sum.orders).toFixed(1)
    rows.push({
      'in the memory world': method,
      'planned, %': share(sum.planned),
      'in the calendar, %': share(sum.slots),
      'hard violations': sum.violations,
      swaps: sum.swaps,
      'CPU s, mean': (sum.seconds / seeds.length).toFixed(2),
    })
  }
  return rows
}
