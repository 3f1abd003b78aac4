import { type Assignment, assigning } from '#domain/assignment/assigning.ts'
import { checkAssignment, type Given, mightBe } from '#domain/assignment/check.ts'
import { firstFit } from '#domain/planning/greedy.ts'
import type { Solution } from '#domain/planning/problem.ts'
import type { Draft } from '#domain/plans/items-of.ts'
import type { PlanInput, PlannedOrder } from '#domain/plans/plan-input.ts'
import type { Posed } from '#domain/plans/problem-of.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { solvingInWaves } from '#domain/plans/waves.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { firstMs, generateMonth } from './assignment/month.ts'
import type { Row } from './benches.ts'
import { cpuSeconds } from './planner/cpu.ts'

const seeds = [1, 2, 3, 4, 5]
/** Share of the orders that stand already when the others come. */
const before = 1 / 3

const assign = (input: PlanInput): Assignment => {
  const steps = assigning({ input, seed: 1, nowMs: firstMs, maxChanges: Number.POSITIVE_INFINITY })
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** Earliest due first, wherever it fits first: on the same candidates, but no limit of a person or type is known. */
const fitFirst = (input: PlanInput): readonly Draft[] => {
  // biome-ignore lint/correctness/useYield: it has nothing to tell on the way
  const solving = function* (posed: Posed): Generator<never, Solution> {
    return firstFit(posed.problem)
  }
  const steps = solvingInWaves(input, solving)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value.drafts
}

const slotOf = ({ planned: { order }, startMs, endMs, assets }: Draft): Slot => ({
  workspaceId: order.workspaceId,
  id: `slt_${order.id}`,
  orderId: order.id,
  status: 'committed',
  lock: 'none',
  source: 'auto',
  assets: [...assets],
  start: instantOf(startMs),
  end: instantOf(endMs),
  mode: order.mode,
  value: order.value,
  reservationId: `res_${order.id}`,
  version: 1,
  createdAt: order.createdAt,
  createdBy: 'bench',
  updatedAt: order.updatedAt,
  updatedBy: 'bench',
})

/** The month when a third of it stands: what has much time came first, what is due within days of its release comes now. */
const nextNight = (input: PlanInput): PlanInput => {
  const time = ({ order }: PlannedOrder): number => msOf(order.due ?? '') - msOf(order.release ?? '')
  const follows = new Set(input.orders.flatMap(({ order }) => order.follows?.orderId ?? []))
  const isAlone = ({ order }: PlannedOrder): boolean => !order.follows && !follows.has(order.id)
  const late = input.orders.filter(isAlone).toSorted((a, b) => time(b) - time(a))
  const first = new Set(late.slice(0, Math.round(input.orders.length * before)).map(({ order }) => order.id))
  const known = assign({ ...input, orders: input.orders.filter(({ order }) => first.has(order.id)) })
  const slots = new Map(known.drafts.map((draft) => [draft.planned.order.id, slotOf(draft)]))
  return { ...input, orders: input.orders.map((planned) => ({ ...planned, slot: slots.get(planned.order.id) })) }
}

/** What stands stays where it is: claims, and nothing to be planned. */
const aroundSlots = (input: PlanInput): PlanInput => ({
  ...input,
  orders: input.orders.filter(({ slot }) => !slot),
  claims: input.orders.flatMap(({ order, slot }) =>
    (slot?.assets ?? []).map((one) => ({
      ...one,
      startMs: msOf(slot?.start ?? ''),
      endMs: msOf(slot?.end ?? ''),
      orderId: order.id,
      mode: order.mode,
      type: order.type,
    })),
  ),
})

type Outcome = { readonly drafts: readonly Draft[]; readonly assigned?: Assignment['assigned'] }

/** Mean over the months of what an assignment comes to. */
const measure = (name: string, months: readonly PlanInput[], method: (input: PlanInput) => Outcome): Row => {
  const sum = {
    orders: 0,
    assigned: 0,
    violations: 0,
    kept: 0,
    forward: 0,
    elsewhere: 0,
    unassigned: 0,
    seconds: 0,
    worst: 0,
  }
  for (const input of months) {
    const began = cpuSeconds()
    const { drafts, assigned } = method(input)
    const seconds = cpuSeconds() - began
    sum.seconds += seconds
    sum.worst = Math.max(sum.worst, seconds)
    const slots = new Map(input.orders.map(({ order, slot }) => [order.id, slot]))
    const given = drafts.map(({ planned: { order }, startMs, endMs, assetIds }): Given => {
      const slot = slots.get(order.id)
      const kept = slot !== undefined && msOf(slot.start) === startMs && slot.assets[0]?.assetId === assetIds[0]
      return { orderId: order.id, startMs, endMs, assetIds, kept }
    })
    const violations = checkAssignment(input, given)
    // What a commit would keep, one after another.
    const kept: Given[] = []
    for (const one of given.toSorted((a, b) => a.startMs - b.startMs))
      if (one.kept || mightBe(input, kept, one)) kept.push(one)
    sum.orders += input.orders.length
    sum.assigned += given.length
    sum.violations += violations.length
    sum.kept += kept.length
    for (const { swaps = [] } of assigned?.values() ?? []) for (const { outcome } of swaps) sum[outcome] += 1
  }
  const mean = (count: number): string => (count / months.length).toFixed(1)
  const share = (count: number): string => ((100 * count) / sum.orders).toFixed(1)
  return {
    method: name,
    'orders, mean': mean(sum.orders),
    'assigned, %': share(sum.assigned),
    'of that a commit keeps, %': share(sum.kept),
    'hard violations, mean': mean(sum.violations),
    'forward, mean': mean(sum.forward),
    'elsewhere, mean': mean(sum.elsewhere),
    'unassigned, mean': mean(sum.unassigned),
    'CPU s, mean': (sum.seconds / months.length).toFixed(2),
    'CPU s, most': sum.worst.toFixed(2),
  }
}

/** Months of 40 people and 600 orders: assigned at once, and in a night in which a third stands already; against first fit. */
export const measureAssignment = async (): Promise<readonly Row[]> => {
  const months = seeds.map((seed) => generateMonth(seed))
  const nights = months.map(nextNight)
  const around = nights.map(aroundSlots)
  return [
    measure('first fit, the whole month', months, (input) => ({ drafts: fitFirst(input) })),
    measure('assignment, the whole month', months, assign),
    measure('first fit, what is new around what stands', around, (input) => ({ drafts: fitFirst(input) })),
    measure('assignment, what is new around what stands', around, assign),
    measure('assignment, with what stands', nights, assign),
  ]
}
