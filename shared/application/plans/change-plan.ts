import type { Actor } from '#domain/audit/entry.ts'
import { notFound, type Reason, Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import { companionReasons, type Place } from '#domain/orders/companion.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import type { Plan, PlanItem } from '#domain/plans/plan.ts'
import { placeOf } from '#domain/plans/waves.ts'
import { overlaps } from '#domain/reservations/ledger.ts'
import { standing } from '#domain/rules/judge.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { changeDocument, touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { withNextOption } from '../reservations/next-option.ts'
import { type Asking, readAsk } from '../reservations/read-ask.ts'
import { refusalFor } from '../reservations/refuse.ts'
import type { World } from '../world.ts'
import { fitReasons } from './fit-reasons.ts'
import { partsOf, planOf } from './read-plan.ts'
import { wholeSeconds } from './slot-changes.ts'
import { withAlternatives } from './with-alternatives.ts'

type Address = { readonly workspaceId: WorkspaceId; readonly planId: PlanId; readonly actor: Actor }
type PlanWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** A person does not want it. Twice is success. @throws Refusal `not_found`, `invalid_state` */
export const rejectPlan = (
  { workspaceId, planId: id, actor, reason }: Address & { readonly reason: string },
  world: PlanWorld,
): Promise<Plan> =>
  changeDocument(
    'plan',
    {
      workspaceId,
      id,
      actor,
      version: 'any',
      action: 'plan.rejected',
      note: reason,
      change: (plan) => {
        if (plan.status === 'rejected') return plan
        if (plan.status !== 'candidate' && plan.status !== 'superseded')
          throw new Refusal('invalid_state', `This plan is ${plan.status}; its slots can be cancelled one by one.`, {
            current: plan,
          })
        return { ...plan, status: 'rejected', rejectedBecause: reason, ...touched(actor, world) }
      },
    },
    world,
  )

type Edit = Address & {
  readonly orderId: OrderId
  readonly start?: string | undefined
  readonly assets?: PlanItem['assets'] | undefined
  readonly drop?: boolean | undefined
}

/** Another item of the plan that stands where this one is put. */
const clashIn = (items: readonly PlanItem[], edited: PlanItem): PlanItem | undefined =>
  items.find(
    (one) =>
      one.orderId !== edited.orderId &&
      (one.state === 'proposed' || one.state === 'edited') &&
      one.assets.some(({ assetId }) => edited.assets.some((own) => own.assetId === assetId)) &&
      overlaps(
        { startMs: msOf(one.start), endMs: msOf(one.end) },
        { startMs: msOf(edited.start), endMs: msOf(edited.end) },
      ),
  )

/** What the items of a plan that follow an item say against its new place. */
const followerReasons = async (
  workspaceId: WorkspaceId,
  edited: PlanItem,
  followers: readonly PlanItem[],
  world: PlanWorld,
): Promise<Reason[]> => {
  const standing = followers.filter(({ state }) => state !== 'dropped' && state !== 'failed')
  const orders = await world.store.getMany(
    'order',
    standing.slice(0, 100).map(({ orderId: id }) => ({ workspaceId, id })),
  )
  return standing.flatMap((item, index) => {
    const follows = orders[index]?.follows
    const reasons = follows ? companionReasons(follows, placeOf(item), placeOf(edited)) : []
    return reasons.map((reason) => ({
      ...reason,
      code: `companion-${reason.code}`,
      message: `order ${item.orderId} follows it, from ${item.start}: ${reason.message}`,
    }))
  })
}

/**
 * Puts an item of a plan elsewhere by hand, or takes it out. It is checked at once, against the calendar, the order and the other
 * items of the plan.
 * @throws Refusal `not_found`, `invalid` with all reasons, `invalid_state`, `asset_busy`, `against_rules`
 */
export const editItem = (edit: Edit, world: PlanWorld): Promise<PlanItem> =>
  transact<PlanItem>(world, async () => {
    const { workspaceId, planId, actor, orderId, start, assets, drop } = edit
    const plan = await planOf(workspaceId, planId, world)
    if (plan.status !== 'candidate' && plan.status !== 'committed')
      throw new Refusal(
        'invalid_state',
        `This plan is ${plan.status}; only a candidate can be edited, or what was left out of a committed one.`,
        { current: plan },
      )
    const parts = await partsOf(plan, world)
    const part = parts.find(({ items }) => items.some((one) => one.orderId === orderId))
    const item = part?.items.find((one) => one.orderId === orderId)
    const order = await world.store.get('order', { workspaceId, id: orderId })
    if (!part || !item || !order) throw notFound('item', orderId)
    if (plan.status === 'committed' && (item.state === 'committed' || item.state === 'kept'))
      throw new Refusal('invalid_state', `This item has slot ${item.slotId ?? ''} already; change that.`, {
        current: plan,
      })
    const startMs = wholeSeconds(start ?? item.start)
    const { problem: _problem, conflicts: _conflicts, alternatives: _alternatives, ...rest } = item
    const edited: PlanItem = {
      ...rest,
      state: drop ? 'dropped' : 'edited',
      start: instantOf(startMs),
      end: instantOf(startMs + minutes(order.durationMinutes)),
      ...(assets && { assets: [...assets] }),
    }
    if (!drop) {
      const items = parts.flatMap((one) => one.items)
      const inPlan = (id: OrderId): PlanItem | undefined =>
        items.find((one) => one.orderId === id && one.state !== 'dropped' && one.state !== 'failed')
      const placeIn = (id: OrderId): Place | undefined => {
        const there = inPlan(id)
        return there && placeOf(there)
      }
      const reasons = [
        ...(await fitReasons(order, edited, world, placeIn)),
        ...(await followerReasons(
          workspaceId,
          edited,
          items.filter(({ follows }) => follows === orderId),
          world,
        )),
      ]
      const clash = clashIn(items, edited)
      if (clash)
        reasons.push({
          code: 'clashes-in-plan',
          message: `the plan has order ${clash.orderId} there, from ${clash.start} to ${clash.end}`,
          path: '/start',
        })
      if (reasons.length > 0)
        throw new Refusal('invalid', `It cannot be put there: ${reasons.map(({ message }) => message).join('; ')}.`, {
          reasons,
        })
      const span = { startMs, endMs: msOf(edited.end) }
      const slot = item.slotId && (await world.store.get('slot', { workspaceId, id: item.slotId }))
      const own = slot && {
        id: slot.reservationId,
        span: { startMs: msOf(slot.start), endMs: msOf(slot.end) },
        assets: slot.assets,
      }
      const asking: Asking = {
        workspaceId,
        operation: 'hold',
        wanted: edited.assets,
        span,
        setup: setupOf(order.mode),
        accounts: [],
        ...(own && { own }),
      }
      const { violations } = await readAsk(asking, world)
      const refusal = refusalFor(standing(violations))
      if (refusal)
        throw await withAlternatives(
          await withNextOption(refusal, asking, world),
          { order, item: edited, own: own || undefined },
          world,
        )
    }
    const note = drop
      ? `Order ${orderId} is taken out.`
      : `Order ${orderId}: ${item.start} on ${item.assets.map(({ assetId }) => assetId).join(', ')} becomes ${edited.start} on ${edited.assets.map(({ assetId }) => assetId).join(', ')}.`
    const value = {
      ...part,
      items: part.items.map((one) => (one.orderId === orderId ? edited : one)),
      version: part.version + 1,
    }
    const next: Plan = { ...plan, ...touched(actor, world), version: plan.version + 1 }
    return {
      changes: [
        { type: 'put', kind: 'planPart', value, expect: part.version },
        { type: 'put', kind: 'plan', value: next, expect: plan.version },
        auditOf(world, { workspaceId, subject: planId, action: 'plan.edited', actor, before: plan, after: next, note }),
      ],
      result: edited,
    }
  })
