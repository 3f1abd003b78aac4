import * as z from 'zod'
import { orderIdSchema } from '../ids.ts'
import { modeSchema } from './mode.ts'
import { orderSchema } from './order.ts'

const { name, priority, value, quality, durationMinutes, release, due, requirements, protocolId, parameters } =
  orderSchema.shape
const { constraints, follows, externalReference, batchId, tags, notes } = orderSchema.shape

/** What a person says of an order. */
export const orderFields = {
  name,
  priority: priority.default(3),
  value: value.default(100),
  quality,
  durationMinutes,
  release,
  due,
  requirements: requirements.optional().meta({ description: 'Those of its protocol, where they are left out' }),
  mode: modeSchema.default({ kind: 'PROTOCOL' }),
  protocolId,
  parameters,
  constraints,
  follows,
  externalReference,
  batchId,
  tags: tags.default([]),
  notes,
}

/** One order as a file says it. */
export const orderRowSchema = z
  .strictObject(orderFields)
  .meta({ id: 'OrderRow', description: 'An order as a file says it' })
export type OrderRow = z.output<typeof orderRowSchema>

const line = z.int().min(1)
export const importedOrdersSchema = z
  .strictObject({
    dryRun: z.boolean(),
    created: z.array(z.strictObject({ line, name: z.string(), orderId: orderIdSchema.optional() })),
    changed: z.array(z.strictObject({ line, name: z.string(), orderId: orderIdSchema })),
    unchanged: z.int(),
    problems: z.array(z.strictObject({ line, code: z.string(), message: z.string(), path: z.string().optional() })),
  })
  .meta({ id: 'ImportedOrders', description: 'What an import did, or would do; problems by their line' })
export type ImportedOrders = z.output<typeof importedOrdersSchema>
