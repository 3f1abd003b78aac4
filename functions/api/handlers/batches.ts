import { cancelBatch } from '#application/batches/cancel-batch.ts'
import { changeBatch } from '#application/batches/change-batch.ts'
import { createBatch } from '#application/batches/create-batch.ts'
import { progressOfBatch } from '#application/batches/orders-of-batch.ts'
import type { batchRoutes } from '#contracts/http/routes/batches.ts'
import { found, page } from './reading.ts'
import type { OrderHandlersOf } from './request.ts'

export const batchHandlers: OrderHandlersOf<typeof batchRoutes> = {
  createBatch: ({ params, body: batch, caller: { actor } }, world) => createBatch({ ...params, actor, batch }, world),
  listBatches: async ({ params: { workspaceId }, query: { status, ...query } }, { store }) =>
    page(
      await store.list('batch', workspaceId, { ...query, newestFirst: true }),
      (batch) => status === undefined || batch.status === status,
    ),
  getBatch: ({ params }, world) => found('batch', params.workspaceId, params.batchId, world),
  getBatchProgress: async ({ params: { workspaceId, batchId } }, world) => {
    await found('batch', workspaceId, batchId, world)
    return progressOfBatch(workspaceId, batchId, world)
  },
  changeBatch: ({ params: { workspaceId, batchId: id }, body: patch, version, caller: { actor } }, world) =>
    changeBatch({ workspaceId, id, actor, version, patch }, world),
  cancelBatch: ({ params: { workspaceId, batchId: id }, body, caller: { actor } }, world) =>
    cancelBatch({ workspaceId, id, actor, ...body }, world),
}
