import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, type Reason, Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import { withGains } from '#domain/plans/gains.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { isAtPlace, ownOf, placeOf } from '#domain/plans/place.ts'
import type { Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { heldBy } from '#domain/rules/asset-rules.ts'
import { overridden, standing } from '#domain/rules/judge.ts'
import type { Violation } from '#domain/rules/violation.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { readWork } from '../order-types/read-work.ts'
import { type Override, overrideOf } from '../reservations/book-reservation.ts'
import { withNextOption } from '../reservations/next-option.ts'
import { type Asking, readAsk } from '../reservations/read-ask.ts'
import { refusalFor } from '../reservations/refuse.ts'
import type { Change, World } from '../world.ts'
import { fitReasons } from './fit-reasons.ts'
import { followerReasons, followersOf, placesIn } from './followers.ts'
import { isSupposed, type Supposed, supposing } from './planned-calendar.ts'
import { partsOf, planOf } from './read-plan.ts'
import { reckonedAnew } from './reckon-plan.ts'
import { respaced } from './respace-items.ts'
import { wholeSeconds } from './whole-seconds.ts'
import { withAlternatives } from './with-alternatives.ts'

export type Edit = {
  readonly workspaceId: WorkspaceId
  readonly planId: PlanId
  readonly actor: Actor
  readonly orderId: OrderId
  readonly start?: string | undefined
  readonly assets?: PlanItem['assets'] | undefined
  readonly drop?: boolean | undefined
  /** Rules that are broken knowingly, by whoever edits it. */
  readonly override?: Override | undefined
  readonly role?: Role | undefined
}
type EditWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** An item with its order, its slot where it has one, and the rest of its plan. */
type Found = {
  readonly plan: Plan
  readonly parts: readonly PlanPart[]
  readonly item: PlanItem
  readonly order: Order
  readonly slot?: Slot | undefined
  /** The other items, and what the plan gives up. */
  readonly others: Supposed
}

/** @throws Refusal `not_found`, `invalid_state` (the plan, or the item, is beyond editing) */
const findItem = async ({ workspaceId, planId, orderId }: Edit, world: EditWorld): Promise<Found> => {
  const plan = await planOf(workspaceId, planId, world)
  if (plan.status !== 'candidate' && plan.status !== 'committed')
    throw new Refusal(
      'invalid_state',
      `This plan is ${plan.status}; only a candidate can be edited, or what was left out of a committed one.`,
      { current: plan },
    )
  const [parts, order] = await Promise.all([
    partsOf(plan, world),
    world.store.get('order', { workspaceId, id: orderId }),
  ])
  const items = parts.flatMap((part) => part.items)
  const item = items.find((one) => one.orderId === orderId)
  if (!item || !order) throw notFound('item', orderId)
  if (plan.status === 'committed' && (item.state === 'committed' || item.state === 'kept'))
    throw new Refusal('invalid_state', `This item has slot ${item.slotId ?? ''} already; change that.`, {
      current: plan,
    })
  const slots = await world.store.getMany(
    'slot',
    order.slots.map((id) => ({ workspaceId, id })),
  )
  const live = slots.find((one) => one && isLiveSlot(one))
  if (live && live.id !== item.slotId)
    throw new Refusal('invalid_state', `Order ${orderId} has slot ${live.id} by now; change that.`, { current: live })
  const leftOut = plan.status === 'candidate' ? parts.flatMap((part) => part.leftOut) : []
  const others = { workspaceId, items: items.filter((one) => one !== item), leftOut }
  return { plan, parts, item, order, slot: live, others }
}

/**
 * What other items of the plan say against a place: those of what the rules find whose holders are none but items. Nobody overrides
 * that: the other item would be refused.
 */
const inPlan = (
  violations: readonly Violation[],
): { readonly clashes: readonly Reason[]; readonly rest: readonly Violation[] } => {
  const clashes: Reason[] = []
  const rest = violations.filter(({ code, facts }) => {
    const holders = ((facts ?? {}) as { heldBy?: ReturnType<typeof heldBy> }).heldBy ?? []
    const items = holders.filter(({ reservationId }) => isSupposed(reservationId))
    for (const { reservationId: orderId, start, end } of items)
      clashes.push({
        code: code === 'too-close' ? 'too-close-in-plan' : 'clashes-in-plan',
        message:
          code === 'too-close'
            ? `it is too near to order ${orderId} in the plan, from ${start} to ${end}, for buffers and changeover`
            : `the plan has order ${orderId} there, from ${start} to ${end}`,
        path: '/start',
      })
    return items.length === 0
  })
  return { clashes, rest }
}

const refuse = (what: string, reasons: readonly Reason[]): void => {
  if (reasons.length > 0)
    throw new Refusal('invalid', `${what}: ${reasons.map(({ message }) => message).join('; ')}.`, { reasons })
}

/**
 * That an item may be where it is put. @returns the rules that are overridden for it.
 * @throws Refusal `invalid` with all reasons, `asset_busy`, `against_rules`
 */
const checkPlace = async (
  edited: PlanItem,
  { order, slot, others }: Found,
  override: Asking['override'],
  world: Pick<World, 'store' | 'clock'>,
): Promise<readonly string[]> => {
  const { workspaceId } = order
  const own = slot && ownOf(slot)
  const calendar = supposing(others, world)
  const asking: Asking = {
    workspaceId,
    operation: 'hold',
    wanted: edited.assets,
    span: { startMs: msOf(edited.start), endMs: msOf(edited.end) },
    setup: setupOf(order.mode),
    work: await readWork(order, world),
    accounts: [],
    override,
    ...(own && { own }),
  }
  const [fit, followers, { violations }] = await Promise.all([
    fitReasons(order, edited, world, placesIn(others.items)),
    followersOf(workspaceId, order.id, others.items, world),
    readAsk(asking, calendar),
  ])
  const { clashes, rest } = inPlan(violations)
  refuse('It cannot be put there', [...fit, ...followerReasons(followers, placeOf(edited)), ...clashes])
  const refusal = refusalFor(standing(rest))
  if (refusal)
    throw await withAlternatives(
      await withNextOption(refusal, asking, calendar),
      { order, item: edited, own, plan: others },
      world,
    )
  return overridden(violations, override)
}

/** That nothing of the plan stands where a slot stays because its item is taken out. @throws Refusal `invalid` */
const checkStay = async ({ item, slot, others }: Found, world: Pick<World, 'store' | 'clock'>): Promise<void> => {
  if (!slot || item.state === 'kept') return
  const { workspaceId, assets, mode } = slot
  const { span } = ownOf(slot)
  // Asked without what it has, which would be granted whoever else is there.
  const own = { id: slot.reservationId, span: { startMs: 0, endMs: 0 }, assets: [] }
  const asking: Asking = {
    workspaceId,
    operation: 'hold',
    wanted: assets,
    span,
    setup: setupOf(mode),
    accounts: [],
    own,
  }
  const { violations } = await readAsk(asking, supposing(others, world))
  refuse(`It cannot be taken out, because slot ${slot.id} would stay`, inPlan(standing(violations)).clashes)
}

/** The item as it is put. */
const editedItem = ({ start, assets, drop, actor }: Edit, { item, order, slot }: Found): PlanItem => {
  const { problem: _p, conflicts: _c, alternatives: _a, former: _f, override: _o, ...rest } = item
  const startMs = wholeSeconds(start ?? item.start)
  const edited: PlanItem = {
    ...rest,
    state: drop ? 'dropped' : 'edited',
    start: instantOf(startMs),
    end: instantOf(startMs + minutes(order.durationMinutes)),
    ...(assets && { assets: [...assets] }),
    // Why it was given to somebody else at another time is no reason for this.
    ...(rest.assigned && !drop && { assigned: { ...rest.assigned, because: [`${actorName(actor)} put it there.`] } }),
  }
  if (!slot || drop) return edited
  return isAtPlace(slot, edited)
    ? { ...edited, state: 'kept' }
    : { ...edited, former: { start: slot.start, assets: slot.assets } }
}

const placeText = ({ start, assets }: PlanItem): string =>
  `${start} on ${assets.map(({ assetId }) => assetId).join(', ')}`

/**
 * Puts an item of a plan elsewhere by hand, or takes it out. It is checked at once, against the calendar, the order and the other
 * items of the plan; the plan tells what it comes to with it.
 * @param alongside what else belongs into the transaction
 * @throws Refusal `not_found`, `invalid` with all reasons, `invalid_state`, `asset_busy`, `against_rules`
 */
export const editItem = (
  edit: Edit,
  world: EditWorld,
  alongside: () => Promise<readonly Change[]> = async () => [],
): Promise<PlanItem> =>
  transact<PlanItem>(world, async () => {
    const { workspaceId, planId, actor, orderId, drop } = edit
    const found = await findItem(edit, world)
    const { plan, parts, item, others } = found
    const place = editedItem(edit, found)
    const asked = overrideOf(edit)
    const codes = drop ? [] : await checkPlace(place, found, asked, world)
    if (drop) await checkStay(found, world)
    const { override: said } = edit
    const put: PlanItem =
      asked && said && codes.length > 0
        ? { ...place, override: { codes: [...codes], reason: said.reason, by: asked.by, role: asked.role } }
        : place
    const changed = await respaced({ plan, before: item, after: put, others }, world)
    const all = withGains(parts.flatMap((part) => part.items.map((one) => changed.get(one.orderId) ?? one)))
    const now = new Map(all.map((one) => [one.orderId, one]))
    const changedParts = parts.flatMap((part) => {
      const items = part.items.map((one) => now.get(one.orderId) ?? one)
      return items.some((one, index) => one !== part.items[index]) ? [{ part, items }] : []
    })
    const leftOut = parts.reduce((sum, part) => sum + part.leftOut.length, 0)
    const next: Plan = {
      ...(await reckonedAnew(plan, all, leftOut, world)),
      ...touched(actor, world),
      version: plan.version + 1,
    }
    const note = drop
      ? `Order ${orderId} is taken out.`
      : `Order ${orderId}: ${placeText(item)} becomes ${placeText(put)}.${put.override ? ` Override of ${put.override.codes.join(', ')}: ${put.override.reason}` : ''}`
    return {
      changes: [
        ...changedParts.map(
          ({ part, items }): Change => ({
            type: 'put',
            kind: 'planPart',
            value: { ...part, items, version: part.version + 1 },
            expect: part.version,
          }),
        ),
        { type: 'put', kind: 'plan', value: next, expect: plan.version },
        auditOf(world, { workspaceId, subject: planId, action: 'plan.edited', actor, before: plan, after: next, note }),
        ...(await alongside()),
      ],
      result: now.get(orderId) ?? put,
    }
  })
