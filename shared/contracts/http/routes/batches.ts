import * as z from 'zod'
import { batchPolicySchema, batchSchema } from '#domain/orders/batch.ts'
import { batchStatuses } from '#domain/orders/batch-status.ts'
import { orderStatuses } from '#domain/orders/order.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const batches = '/v1/workspaces/{workspaceId}/batches'
const { name, notes, policy } = batchSchema.shape
const statuses = Object.keys(orderStatuses) as [keyof typeof orderStatuses, ...(keyof typeof orderStatuses)[]]

export const batchRoutes = {
  createBatch: route({
    method: 'POST',
    path: batches,
    access: 'scientist',
    summary: 'Make a batch: orders that are planned together under a policy',
    description: 'Orders are put into it by their `batchId`; the import of a table makes batches by their names.',
    body: z.strictObject({ name, notes, policy: batchPolicySchema.prefault({}) }),
    response: batchSchema,
    status: 201,
    creates: true,
    refusals: ['invalid'],
  }),
  listBatches: route({
    method: 'GET',
    path: batches,
    access: 'viewer',
    summary: 'List batches, newest first',
    query: pageQuery.extend({ status: z.enum(Object.keys(batchStatuses) as [keyof typeof batchStatuses]).optional() }),
    response: pageOf(batchSchema),
    status: 200,
  }),
  getBatch: route({
    method: 'GET',
    path: `${batches}/{batchId}`,
    access: 'viewer',
    summary: 'Get a batch',
    response: batchSchema,
    status: 200,
  }),
  getBatchProgress: route({
    method: 'GET',
    path: `${batches}/{batchId}/progress`,
    access: 'viewer',
    summary: 'How far the orders of a batch are',
    response: z.strictObject({
      orders: z.int(),
      byStatus: z.record(z.enum(statuses), z.int()),
      value: z.int(),
      valueCompleted: z.int().meta({ description: 'Value of the orders that are done' }),
    }),
    status: 200,
  }),
  changeBatch: route({
    method: 'PATCH',
    path: `${batches}/{batchId}`,
    access: 'scientist',
    summary: 'Change what a batch is called, its notes or its policy',
    body: z.strictObject({ name, notes: notes.unwrap().nullable(), policy }).partial(),
    response: batchSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state'],
  }),
  cancelBatch: route({
    method: 'POST',
    path: `${batches}/{batchId}/cancel`,
    access: 'scientist',
    summary: 'Cancel a batch of which no plan is committed; its orders that wait leave it, or are cancelled with it',
    description: 'Orders that time is held for stay as they are. Where it was interrupted, ask again: it goes on.',
    body: z.strictObject({
      reason: z.string().min(1).max(500),
      orders: z
        .enum(['release', 'cancel'])
        .default('release')
        .meta({ description: 'release: they wait on, without a batch' }),
    }),
    response: batchSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
} as const
