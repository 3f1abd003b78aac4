import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import type { Batch } from '#domain/orders/batch.ts'
import type { Order } from '#domain/orders/order.ts'
import { changeDocument, touched } from '../common/change-document.ts'
import type { World } from '../world.ts'
import { ordersOfBatch } from './orders-of-batch.ts'

type CancelWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Cancel = {
  readonly workspaceId: WorkspaceId
  readonly id: BatchId
  readonly actor: Actor
  readonly reason: string
  /** What becomes of those of its orders that wait: they leave it and wait on, or are cancelled with it. */
  readonly orders: 'release' | 'cancel'
}

/** So many orders are changed at a time. */
const together = 16

const waits = ({ status }: Order): boolean => status === 'new' || status === 'deferred'

/** Lets go of an order that waits, or cancels it; one that has a slot by now, or is in another batch, stays as it is. */
const letGo = (orderId: Order['id'], { workspaceId, id, actor, reason, orders }: Cancel, world: CancelWorld) =>
  changeDocument(
    'order',
    {
      workspaceId,
      id: orderId,
      actor,
      version: 'any',
      action: orders === 'cancel' ? 'order.cancelled' : 'order.released',
      note: `Batch ${id} is cancelled: ${reason}`,
      change: (current) => {
        if (!waits(current) || current.batchId !== id) return current
        if (orders === 'release') {
          const { batchId: _batch, ...rest } = current
          return { ...rest, ...touched(actor, world) }
        }
        const { deferredUntil: _until, ...rest } = current
        return { ...rest, status: 'cancelled', reason, ...touched(actor, world) }
      },
    },
    world,
  )

/**
 * Cancels a batch, and then lets go of its orders that wait. Where that was interrupted, asking again goes on; asking again when it is done changes nothing.
 * Orders that time is held for stay as they are, and in it. @throws Refusal `not_found`, `invalid_state` (a plan of it is committed)
 */
export const cancelBatch = async (of: Cancel, world: CancelWorld): Promise<Batch> => {
  const { workspaceId, id, actor, reason } = of
  const batch = await changeDocument(
    'batch',
    {
      workspaceId,
      id,
      actor,
      version: 'any',
      action: 'batch.cancelled',
      note: reason,
      change: (current) => {
        if (current.status === 'cancelled') return current
        if (current.status === 'committed')
          throw new Refusal(
            'invalid_state',
            `A plan of batch "${current.name}" is committed. Cancel the slots and orders that are not wanted any more.`,
            { current },
          )
        return { ...current, status: 'cancelled', reason, ...touched(actor, world) }
      },
    },
    world,
  )
  const waiting = (await ordersOfBatch(workspaceId, id, world)).filter(waits)
  for (let at = 0; at < waiting.length; at += together)
    await Promise.all(waiting.slice(at, at + together).map((order) => letGo(order.id, of, world)))
  return batch
}
