import type { Actor } from '#domain/audit/entry.ts'
import type { Order, OrderStatus } from '#domain/orders/order.ts'
import { mayBecome } from '#domain/orders/transitions.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { cannotBecome } from '../orders/change-order.ts'
import type { Change, World } from '../world.ts'

export type SlotWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** An order in its next state, with its history entry. @throws Refusal `invalid_state` by its transitions */
export const orderChanges = (
  before: Order,
  to: OrderStatus,
  more: Partial<Order>,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  if (before.status !== to && !mayBecome(before.status, to)) throw cannotBecome(before, to)
  const { deferredUntil: _until, ...rest } = before
  const after: Order = { ...rest, ...more, status: to, ...touched(actor, world), version: before.version + 1 }
  const { workspaceId, id } = before
  return [
    { type: 'put', kind: 'order', value: after, expect: before.version },
    auditOf(world, { workspaceId, subject: id, action: `order.${to}`, actor, before, after }),
  ]
}

/** A slot in its next state, with its history entry. */
export const slotChange = (
  before: Slot | undefined,
  after: Slot,
  action: string,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
  note?: string,
): Change[] => [
  { type: 'put', kind: 'slot', value: after, expect: before?.version ?? 'absent' },
  auditOf(world, { workspaceId: after.workspaceId, subject: after.id, action, actor, before, after, note }),
]

/** How often it made way, where it did once more. */
export const bumped = ({ timesBumped = 0 }: Order, isBumped: boolean | undefined) =>
  isBumped && { timesBumped: timesBumped + 1 }
