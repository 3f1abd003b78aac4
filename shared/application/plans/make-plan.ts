import { type Asset, mayBeReserved } from '#domain/assets/asset.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { AssetId, OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { explain } from '#domain/planning/explain.ts'
import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Placement, Problem, Solution } from '#domain/planning/problem.ts'
import { search } from '#domain/planning/search.ts'
import { itemsOf, metricsOf } from '#domain/plans/items-of.ts'
import { itemsPerPart, partIdOf } from '#domain/plans/parts.ts'
import {
  type Algorithm,
  type LeftOut,
  type Objective,
  type Plan,
  type PlanItem,
  type PlanMode,
  type RepairPreset,
  repairPresets,
} from '#domain/plans/plan.ts'
import { type Posed, problemOf } from '#domain/plans/problem-of.ts'
import { toldRejection } from '#domain/plans/told-rejection.ts'
import { dayMs, instantOf, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { made } from '../common/change-document.ts'
import { horizonMs } from '../reservations/horizon.ts'
import type { World } from '../world.ts'
import { liveSlots, type ReadInput, readInput } from './read-input.ts'

/** What calls itself the planner in plans: another one may plan the same otherwise. */
const software = 'benchtime-planner 1'
/** Plans of late that are looked through for the same question. */
const recentPlans = 20
const longestDays = 60

/** Fractions of the mean value of the orders. Moving must pay for itself; dropping costs more than any move. */
export const usualPrices = { move: 0.25, reassign: 0.25, drop: 1 } as const
const noPrices = { move: 0, reassign: 0, drop: 0 } as const

export type PlanAsk = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly name?: string | undefined
  readonly mode: PlanMode | 'auto'
  readonly algorithm: Algorithm
  readonly seed: number
  readonly iterations: number
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly freezeMinutes: number
  readonly orderIds?: readonly OrderId[] | undefined
  readonly assetIds?: readonly AssetId[] | undefined
  readonly batch?: string | undefined
  readonly objective?: Objective | undefined
  /** Slots that are moved or dropped at most. */
  readonly maxChanges?: number | undefined
  /** Says both, for a repair. */
  readonly preset?: RepairPreset | undefined
}

/** The wall clock is a safety stop alone. @returns whether the time that a plan may take is over */
export type Deadline = () => boolean

/** Which mode suits what is there. @returns it, with the reason */
const chosenMode = async (
  { mode, workspaceId }: PlanAsk,
  world: Pick<World, 'store'>,
): Promise<{ mode: PlanMode; reason: string }> => {
  if (mode !== 'auto') return { mode, reason: 'It was asked for.' }
  const slots = await liveSlots(workspaceId, world)
  if (slots.length === 0) return { mode: 'from-scratch', reason: 'Nothing is planned yet.' }
  const ids = [...new Set(slots.flatMap(({ assets }) => assets.map(({ assetId }) => assetId)))]
  const assets: (Asset | undefined)[] = []
  for (let at = 0; at < ids.length; at += 100)
    assets.push(
      ...(await world.store.getMany(
        'asset',
        ids.slice(at, at + 100).map((id) => ({ workspaceId, id })),
      )),
    )
  const down = assets.filter((asset) => asset && !mayBeReserved(asset))
  const hit = slots.filter((slot) => slot.assets.some(({ assetId }) => down.some((asset) => asset?.id === assetId)))
  if (hit.length > 0)
    return {
      mode: 'repair',
      reason: `${hit.length} slot(s) are on ${down.map((asset) => `"${asset?.name}"`).join(', ')}, which cannot be used now.`,
    }
  return { mode: 'incremental', reason: `${slots.length} slot(s) are planned; the new orders go around them.` }
}

/** What the search is after: prices of changes, and what each order counts for. */
const aimOf = ({ preset, objective, maxChanges }: PlanAsk, mode: PlanMode) => {
  const usual = mode === 'repair' ? repairPresets[preset ?? 'balanced'] : undefined
  const aim: Objective = objective ?? usual?.objective ?? 'most-value'
  const base = mode === 'from-scratch' ? noPrices : usualPrices
  const factor = aim === 'fewest-changes' ? 20 : 1
  return {
    objective: aim,
    maxChanges: maxChanges ?? usual?.maxChanges ?? Number.POSITIVE_INFINITY,
    prices: { move: base.move * factor, reassign: base.reassign * factor, drop: base.drop * factor },
    worthOf: aim === 'most-priority' ? urgency : undefined,
  }
}

/** One urgent order outweighs a dozen of those below; among equals the value decides. */
const urgency = ({ priority, value }: Order): number =>
  12 ** (priority - 1) * 50 + Math.min(49, Math.round(value / 20_409))

const solve = (
  problem: Problem,
  { algorithm, seed, iterations }: PlanAsk,
  kept: readonly Placement[],
  deadline: Deadline,
): Solution => {
  switch (algorithm) {
    case 'first-fit':
      return firstFit(problem)
    case 'best-fit':
      return bestFit(problem)
    case 'search':
      return search(problem, { seed, iterations, shouldStop: deadline, ...(kept.length > 0 && { start: kept }) })
  }
}

/** Why the planner was not even asked about an order. */
const unposed = (freezeMs: number): Record<Posed['unposed'][number]['because'], Omit<LeftOut, 'orderId'>> => ({
  'no-asset': {
    code: 'NO_CAPABLE_ASSET',
    message: 'No asset that may be booked can do it, or none has as many units.',
    remedy: 'Give an asset what it needs, bring one back into use, or change its requirements.',
  },
  'no-window': {
    code: 'INVALID_WINDOW',
    message: 'Within the time that is planned its window is shorter than it takes, or over.',
    remedy: 'Change `release`, `due` or its hours, or plan further ahead.',
  },
  frozen: {
    code: 'INSIDE_FREEZE',
    message: `Its window ends before ${instantOf(freezeMs)} or too soon after; nothing is put there any more.`,
    remedy: 'Book it by hand, give it more time, or plan with a shorter freeze window.',
  },
})

const unposedReasons = (posed: Posed, read: ReadInput): LeftOut[] => [
  ...posed.unposed.map(({ order, because }) => ({ orderId: order.id, ...unposed(read.input.freezeMs)[because] })),
  ...read.waiting.map(
    (order): LeftOut => ({
      orderId: order.id,
      code: 'WAITS_FOR_OTHER',
      message: `Order ${order.follows?.orderId}, which it follows, has no slot and is not being planned, or follows it in turn.`,
      remedy: 'Plan that one, too, or take `follows` away.',
    }),
  ),
]

/** What a plan does to the slots that there are. */
const changesOf = (items: readonly PlanItem[], { movable }: ReadInput): Plan['changes'] => {
  const served = items.filter(({ slotId }) => slotId !== undefined)
  const kept = served.filter(({ state }) => state === 'kept').length
  return {
    kept,
    moved: served.length - kept,
    dropped: movable.length - served.length,
    added: items.length - served.length,
    valueBefore: movable.reduce((sum, { value }) => sum + value, 0),
    valueAfter: items.reduce((sum, { value }) => sum + value, 0),
  }
}

/** Where a plan changes more than it may, changes cost twice as much, until it does not. */
const mostRounds = 8

const solveWithin = (ask: PlanAsk, read: ReadInput, maxChanges: number, deadline: Deadline) => {
  let input = read.input
  for (let round = 1; ; round++) {
    const posed = problemOf(input)
    const solution = solve(posed.problem, ask, posed.kept, deadline)
    const items = itemsOf(solution.placements, posed, input)
    const changes = changesOf(items, read)
    if (
      changes.moved + changes.dropped <= Math.max(maxChanges, read.broken.length) ||
      round === mostRounds ||
      deadline()
    )
      return { input, posed, solution, items, changes }
    const { move, reassign, drop } = input.prices
    input = { ...input, prices: { move: 2 * move + 0.1, reassign: 2 * reassign + 0.1, drop: 2 * drop + 0.1 } }
  }
}

const spanOf = (ask: PlanAsk, nowMs: number) => {
  const fromMs = ask.from === undefined ? nowMs : Math.max(nowMs, msOf(ask.from))
  const toMs = ask.to === undefined ? fromMs + 7 * dayMs : msOf(ask.to)
  const refuse = (code: string, message: string): Refusal =>
    new Refusal('invalid', message, { reasons: [{ code, message, path: '/to' }] })
  if (toMs <= fromMs) throw refuse('empty-horizon', '`to` must be after `from`, and after now.')
  if (toMs - fromMs > longestDays * dayMs) throw refuse('horizon-too-long', `A plan spans ${longestDays} days at most.`)
  if (toMs > nowMs + horizonMs)
    throw refuse('beyond-horizon', `Nothing can be booked later than ${instantOf(nowMs + horizonMs)}.`)
  return { fromMs, toMs, freezeMs: Math.max(fromMs, nowMs + ask.freezeMinutes * 60_000) }
}

/** The same orders, assets, claims and settings have the same hash, whoever asks and whenever within a minute. */
const hashOf = (ask: PlanAsk, read: ReadInput, mode: PlanMode): string => {
  const { orders, assets, claims, span, freezeMs, prices } = read.input
  return fingerprint([
    software,
    mode,
    ask.algorithm,
    ask.seed,
    ask.iterations,
    ask.objective ?? '',
    ask.maxChanges ?? 0,
    Math.floor(span.startMs / 60_000),
    Math.floor(span.endMs / 60_000),
    Math.floor(freezeMs / 60_000),
    prices,
    orders.map(({ order, slot, candidates }) => [order.id, order.version, slot?.version ?? 0, candidates]),
    assets,
    claims.map(({ assetId, reservationId, startMs, endMs, units }) => [assetId, reservationId, startMs, endMs, units]),
  ])
}

const inParts = (items: readonly PlanItem[], leftOut: readonly LeftOut[]) => {
  const parts = Math.max(1, Math.ceil(Math.max(items.length, leftOut.length) / itemsPerPart))
  return Array.from({ length: parts }, (_, part) => ({
    items: items.slice(part * itemsPerPart, (part + 1) * itemsPerPart),
    leftOut: leftOut.slice(part * itemsPerPart, (part + 1) * itemsPerPart),
  }))
}

/**
 * Makes a candidate plan and stores it; nothing is held for it. The same question is answered with the plan that is there.
 * @throws Refusal `invalid` (the horizon), `limit_exceeded`
 */
export const makePlan = async (
  ask: PlanAsk,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  deadline: Deadline,
): Promise<Plan> => {
  const { workspaceId, actor, name } = ask
  const nowMs = world.clock.now()
  // Whole minutes, so that a retry asks the same.
  const span = spanOf(ask, Math.ceil(nowMs / 60_000) * 60_000)
  const { mode, reason } = await chosenMode(ask, world)
  const { prices, worthOf, objective, maxChanges } = aimOf(ask, mode)
  const read = await readInput({ ...ask, mode, ...span, prices, worthOf }, world)
  const inputHash = hashOf({ ...ask, objective, maxChanges }, read, mode)
  const recent = await world.store.list('plan', workspaceId, { limit: recentPlans, newestFirst: true })
  const same = recent.items.find((plan) => plan.inputHash === inputHash && plan.status === 'candidate')
  if (same) return same

  const { input, posed, solution, items, changes } = solveWithin(ask, read, maxChanges, deadline)
  const orders = new Map(read.input.orders.map((planned) => [planned.order.id, planned]))
  const names = { posed, orders, assets: read.input.assets, claims: read.input.claims }
  const leftOut = [
    ...unposedReasons(posed, read),
    ...explain(posed.problem, solution.placements).map((rejection) => toldRejection(rejection, names)),
  ].map((one): LeftOut => {
    const slotId = orders.get(one.orderId)?.slot?.id
    return slotId === undefined ? one : { ...one, slotId }
  })
  const metrics = metricsOf(items, input, changes.moved)
  const id: PlanId = `pln_${world.ids.unique()}`
  const parts = inParts(items, leftOut)
  const plan: Plan = {
    workspaceId,
    id,
    ...(name !== undefined && { name }),
    status: 'candidate',
    mode,
    modeReason: reason,
    algorithm: ask.algorithm,
    seed: ask.seed,
    iterations: solution.iterations,
    from: instantOf(span.fromMs),
    to: instantOf(span.toMs),
    freezeUntil: instantOf(span.freezeMs),
    inputHash,
    software,
    revision: read.revision,
    objective,
    changes,
    score: Math.round(Object.values(metrics.terms).reduce((sum, term) => sum + term, 0) * 1_000) / 1_000,
    metrics,
    items: items.length,
    leftOut: leftOut.length,
    parts: parts.length,
    ...made(actor, world),
  }
  // Parts first: a plan that is there has all of them.
  for (const [number, part] of parts.entries())
    await world.store.commit([
      {
        type: 'put',
        kind: 'planPart',
        value: { workspaceId, id: partIdOf(id, number), ...part, version: 1 },
        expect: 'absent',
      },
    ])
  const committed = await world.store.commit([
    { type: 'put', kind: 'plan', value: plan, expect: 'absent' },
    auditOf(world, { workspaceId, subject: id, action: 'plan.made', actor, after: plan }),
  ])
  if (!committed.committed) throw new Refusal('contended', 'The plan was not stored; ask again.')
  return plan
}
