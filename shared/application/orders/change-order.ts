import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import { type Order, type OrderStatus, orderStatuses } from '#domain/orders/order.ts'
import { mayBecome, orderTransitions } from '#domain/orders/transitions.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { changeDocument, type Expected, touched } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'
import { checkDue, checkOrder, type OrderFields } from './check-order.ts'
import { completePatch } from './complete-order.ts'

type Address = { readonly workspaceId: WorkspaceId; readonly id: OrderId; readonly actor: Actor }
type OrderWorld = Pick<World, 'store' | 'clock' | 'ids' | 'parameters'>

/** What cannot be done in this state, and what can. */
export const cannotBecome = (order: Order, to: OrderStatus): Refusal => {
  const may = orderTransitions[order.status]
  return new Refusal(
    'invalid_state',
    `Order "${order.name}" is ${order.status} (${orderStatuses[order.status]}) and cannot become ${to}. ${may.length > 0 ? `It may become ${may.join(', ')}.` : 'Nothing becomes of it any more; place a new order.'}`,
    { current: order },
  )
}

/** Fields that decide where it may be planned: once time is held for it they stay as they are. */
const planned: readonly (keyof OrderFields)[] = [
  'type',
  'durationMinutes',
  'release',
  'due',
  'requirements',
  'mode',
  'protocolId',
  'parameters',
  'constraints',
  'follows',
]

/** Why an order cannot become what it is asked to; undefined where it can. */
export const changeRefusal = (current: Order, after: Order): Refusal | undefined => {
  const over = current.status === 'completed' || current.status === 'cancelled' || current.status === 'rejected'
  if (over)
    return new Refusal(
      'invalid_state',
      `Order "${current.name}" is ${current.status}; reopen it, or place a new one.`,
      {
        current,
      },
    )
  if (current.status !== 'planned' && current.status !== 'committed') return undefined
  const touches = planned.filter((field) => JSON.stringify(after[field]) !== JSON.stringify(current[field]))
  return touches.length === 0
    ? undefined
    : new Refusal(
        'invalid_state',
        `Order "${current.name}" is ${current.status}: ${touches.join(', ')} cannot be changed while it has a slot. Cancel its slot first.`,
        { current },
      )
}

/**
 * Changes what an order asks for. @throws Refusal `not_found`, `stale_version`, `invalid` with all reasons, `invalid_state`
 * where time is held for it already, or it is over
 */
export const changeOrder = (
  input: Address & { readonly version: Expected; readonly patch: Patch<OrderFields> },
  world: OrderWorld,
): Promise<Order> => {
  const { workspaceId, id, actor, version, patch } = input
  let chain: readonly Order[] = []
  return changeDocument(
    'order',
    {
      workspaceId,
      id,
      actor,
      version,
      action: 'order.changed',
      change: async (current) => {
        const { externalReference = current.externalReference, ...rest } = patch
        if (externalReference !== current.externalReference)
          throw new Refusal(
            'invalid',
            'The external reference of an order cannot be changed. Cancel it and place a new one.',
            {
              reasons: [{ code: 'fixed', message: 'cannot be changed', path: '/externalReference' }],
            },
          )
        const after = applied<Order>(current, await completePatch(current, rest, world))
        if (after === current) return current
        const refused = changeRefusal(current, after)
        if (refused) throw refused
        checkDue(after, current, world.clock.now())
        chain = await checkOrder({ workspaceId, id, order: after, before: current }, world)
        return { ...after, ...touched(actor, world) }
      },
      // Two changes at one moment must not close a circle: what it follows is as it was when it was looked at.
      more: async () =>
        chain.map(({ id: other, version: expect }) => ({
          type: 'check',
          kind: 'order',
          key: { workspaceId, id: other },
          expect,
        })),
    },
    world,
  )
}

/** @throws Refusal `invalid` where an order would be put off until a moment that is over */
const checkUntil = (until: string | undefined, nowMs: number): void => {
  if (until === undefined || msOf(until) > nowMs) return
  const message = `it is ${instantOf(nowMs)} now, so ${until} is over`
  throw new Refusal('invalid', `The order cannot be put off: ${message}.`, {
    reasons: [{ code: 'past', message, path: '/until' }],
  })
}

type Move = { readonly to: OrderStatus; readonly reason?: string | undefined; readonly until?: string | undefined }

/**
 * Moves an order along its transitions: cancel, reject, defer, reopen. One that has slots is let go of by its slots.
 * Asking twice is success. @throws Refusal `not_found`, `invalid` (`until` is over), `invalid_state`
 */
export const moveOrder = (
  input: Address & { readonly action: string } & Move,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Order> => {
  const { to, reason, until, action, actor, ...address } = input
  return changeDocument(
    'order',
    {
      ...address,
      actor,
      version: 'any',
      action,
      note: reason,
      change: (current) => {
        if (current.status === to && current.deferredUntil === until) return current
        checkUntil(until, world.clock.now())
        if (!mayBecome(current.status, to)) throw cannotBecome(current, to)
        if (current.status === 'planned' || current.status === 'committed')
          throw new Refusal(
            'invalid_state',
            `Order "${current.name}" has ${current.slots.length} slot(s). Cancel those first (POST …/slots/{slotId}/cancel): what is held for it is given back with them.`,
            { current },
          )
        const { reason: _old, deferredUntil: _until, ...rest } = current
        return {
          ...rest,
          status: to,
          ...(reason !== undefined && { reason }),
          ...(until !== undefined && { deferredUntil: until }),
          ...touched(actor, world),
        }
      },
    },
    world,
  )
}
