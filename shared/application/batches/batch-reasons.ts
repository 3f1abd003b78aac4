import type { Reason } from '#domain/errors.ts'
import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import { batchStatuses, isOpenBatch } from '#domain/orders/batch-status.ts'
import type { Order } from '#domain/orders/order.ts'
import type { World } from '../world.ts'

type Joining = {
  readonly workspaceId: WorkspaceId
  readonly order: Pick<Order, 'batchId'> | { readonly batchId?: BatchId | undefined }
  /** What it was before: an order may stay where it is. */
  readonly before?: Pick<Order, 'batchId'> | undefined
  /** Batches that are made at the same time. */
  readonly made?: ReadonlySet<BatchId> | undefined
}

/** Why an order cannot be put into a batch. */
export const batchReasons = async (
  { workspaceId, order: { batchId }, before, made }: Joining,
  world: Pick<World, 'store'>,
): Promise<readonly Reason[]> => {
  if (batchId === undefined || batchId === before?.batchId || made?.has(batchId)) return []
  const batch = await world.store.get('batch', { workspaceId, id: batchId })
  if (batch && isOpenBatch(batch)) return []
  const message = batch
    ? `batch "${batch.name}" is ${batch.status} (${batchStatuses[batch.status]})`
    : `there is no batch ${batchId} in this workspace`
  return [{ code: batch ? 'batch-closed' : 'no-batch', message, path: '/batchId' }]
}
