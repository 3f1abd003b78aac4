import { mayBeReserved } from '#domain/assets/asset.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { AssetId, BatchId, OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { type Algorithm, type Objective, type PlanMode, type RepairPreset, repairPresets } from '#domain/plans/plan.ts'
import { type PlanWeights, usualWeights } from '#domain/plans/plan-ask.ts'
import { dayMs, instantOf, msOf } from '#domain/time.ts'
import { horizonMs } from '../reservations/horizon.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { type SettledAsk, settledAsk } from './ask-of-batch.ts'
import { liveSlots } from './live-slots.ts'
import { movableSlots, type PlanScope } from './movable-slots.ts'
import { type ReadInput, readInput } from './read-input.ts'

/** What calls itself the planner in plans: another one may plan the same otherwise. */
export const software = 'benchtime-planner 2'
const longestDays = 60

const noPrices = { move: 0, reassign: 0, drop: 0 } as const

export type PlanAsk = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly name?: string | undefined
  readonly mode: PlanMode | 'auto'
  /** That of the policy of the batch, or `search`, where it is left out. */
  readonly algorithm?: Algorithm | undefined
  readonly seed: number
  readonly iterations: number
  /** What a search has in place of iterations: it cools by the clock then, and what it finds depends on the machine. */
  readonly seconds?: number | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly freezeMinutes: number
  readonly orderIds?: readonly OrderId[] | undefined
  readonly assetIds?: readonly AssetId[] | undefined
  /** The batch whose orders they are. */
  readonly batchId?: BatchId | undefined
  readonly objective?: Objective | undefined
  /** Slots that are moved or dropped at most. */
  readonly maxChanges?: number | undefined
  /** Says both, for a repair. */
  readonly preset?: RepairPreset | undefined
  readonly weights?: PlanWeights | undefined
}

/** Which mode suits what is there. @returns it, with the reason */
const chosenMode = async (
  { mode, algorithm }: SettledAsk,
  scope: PlanScope,
  world: Pick<World, 'store'>,
): Promise<{ mode: PlanMode; reason: string }> => {
  if (algorithm === 'assignment' && mode === 'auto')
    return { mode: 'reshuffle', reason: 'What can wait makes way for what is more urgent.' }
  if (mode !== 'auto') return { mode, reason: 'It was asked for.' }
  const slots = await liveSlots(scope.workspaceId, world)
  if (slots.length === 0) return { mode: 'from-scratch', reason: 'Nothing is planned yet.' }
  const assets = await allAssets(scope.workspaceId, world)
  const { broken } = await movableSlots(slots, assets, 'repair', scope, world)
  const hit = new Set(broken.flatMap((slot) => slot.assets.map(({ assetId }) => assetId)))
  const down = assets.filter((asset) => hit.has(asset.id) && !mayBeReserved(asset))
  if (broken.length > 0)
    return {
      mode: 'repair',
      reason: `${broken.length} slot(s) are on ${down.map((asset) => `"${asset.name}"`).join(', ')}, which cannot be used now.`,
    }
  return { mode: 'incremental', reason: `${slots.length} slot(s) are planned; the new orders go around them.` }
}

/** What the search is after: prices of changes, and what each order counts for. */
const aimOf = ({ preset, objective, maxChanges, weights = usualWeights }: PlanAsk, mode: PlanMode) => {
  const usual = mode === 'repair' ? repairPresets[preset ?? 'balanced'] : undefined
  const aim: Objective = objective ?? usual?.objective ?? 'most-value'
  const base = mode === 'from-scratch' ? noPrices : weights
  const { earliness, load, changeover } = weights
  const factor = aim === 'fewest-changes' ? 20 : 1
  return {
    objective: aim,
    maxChanges: maxChanges ?? usual?.maxChanges ?? Number.POSITIVE_INFINITY,
    prices: { move: base.move * factor, reassign: base.reassign * factor, drop: base.drop * factor },
    tidy: { earliness, load, changeover },
    worthOf: aim === 'most-priority' ? urgency : undefined,
  }
}

/** One urgent order outweighs a dozen of those below; among equals the value decides. */
const urgency = ({ priority, value }: Order): number =>
  12 ** (priority - 1) * 50 + Math.min(49, Math.round(value / 20_409))

/** The time that is planned. @throws Refusal `invalid` */
export const spanOf = (ask: Pick<PlanAsk, 'from' | 'to' | 'freezeMinutes'>, nowMs: number, usualMs: number) => {
  const fromMs = ask.from === undefined ? nowMs : Math.max(nowMs, msOf(ask.from))
  const toMs = ask.to === undefined ? fromMs + usualMs : msOf(ask.to)
  const refuse = (code: string, message: string): Refusal =>
    new Refusal('invalid', message, { reasons: [{ code, message, path: '/to' }] })
  if (toMs <= fromMs) throw refuse('empty-horizon', '`to` must be after `from`, and after now.')
  if (toMs - fromMs > longestDays * dayMs) throw refuse('horizon-too-long', `A plan spans ${longestDays} days at most.`)
  if (toMs > nowMs + horizonMs)
    throw refuse('beyond-horizon', `Nothing can be booked later than ${instantOf(nowMs + horizonMs)}.`)
  return { fromMs, toMs, freezeMs: Math.max(fromMs, nowMs + ask.freezeMinutes * 60_000) }
}

/** Whether time is the budget of the search: asked again, it may find another plan. */
export const goesByClock = ({ algorithm, seconds }: Pick<SettledAsk, 'algorithm' | 'seconds'>): boolean =>
  algorithm === 'search' && seconds !== undefined

/** The same orders, assets, claims and settings have the same hash, whoever asks and whenever within a minute. */
const hashOf = (ask: SettledAsk, read: ReadInput, mode: PlanMode, askedMs: number): string => {
  const { orders, assets, claims, span, freezeMs, prices, tidy, types } = read.input
  return fingerprint([
    software,
    mode,
    ask.algorithm,
    ask.seed,
    goesByClock(ask) ? `${ask.seconds} s` : ask.iterations,
    ask.objective ?? '',
    ask.maxChanges ?? 0,
    ask.batchId ?? '',
    Math.floor(span.startMs / 60_000),
    Math.floor(span.endMs / 60_000),
    Math.floor(freezeMs / 60_000),
    prices,
    tidy,
    // Days until something is due count from now, and what stands in the calendar may be of any type.
    ...(ask.algorithm === 'assignment' ? [Math.floor(askedMs / 60_000), types] : []),
    orders.map(({ order, slot, candidates, turns, type, notBefore = 0, notAfter = 0 }) => [
      order.id,
      order.version,
      slot?.version ?? 0,
      candidates,
      notBefore,
      notAfter,
      ...(turns || type ? [turns, type] : []),
    ]),
    assets,
    claims.map(({ assetId, reservationId, startMs, endMs, units, type }) => [
      assetId,
      reservationId,
      startMs,
      endMs,
      units,
      ...(type === undefined ? [] : [type]),
    ]),
  ])
}

/** What a plan is asked for, with everything that it rests on. */
export type Question = {
  readonly ask: SettledAsk
  readonly mode: PlanMode
  readonly modeReason: string
  readonly objective: Objective
  readonly maxChanges: number
  readonly fromMs: number
  readonly toMs: number
  readonly freezeMs: number
  readonly read: ReadInput
  readonly inputHash: string
  /** When it was asked. */
  readonly askedMs: number
}

/** Reads what a plan rests on, as it is now. @throws Refusal `invalid` (the horizon, the batch), `invalid_state` (the batch is cancelled) */
export const poseQuestion = async (asked: PlanAsk, world: Pick<World, 'store' | 'clock'>): Promise<Question> => {
  const askedMs = world.clock.now()
  const { ask, usualMs, choose } = await settledAsk(asked, world)
  // Whole minutes, so that a retry asks the same.
  const span = spanOf(ask, Math.ceil(askedMs / 60_000) * 60_000, usualMs)
  const { mode, reason } = await chosenMode(ask, { ...ask, ...span }, world)
  const { worthOf, objective, maxChanges, ...weights } = aimOf(ask, mode)
  const around = ask.algorithm === 'assignment' ? 7 * dayMs : undefined
  const read = await readInput({ ...ask, mode, ...span, choose, ...weights, worthOf, around }, world)
  const inputHash = hashOf({ ...ask, objective, maxChanges }, read, mode, askedMs)
  return { ask, mode, modeReason: reason, objective, maxChanges, ...span, read, inputHash, askedMs }
}
