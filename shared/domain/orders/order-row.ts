import * as z from 'zod'
import { orderIdSchema } from '../ids.ts'
import { modeSchema } from './mode.ts'
import { type Order, orderSchema } from './order.ts'

const { name, priority, value, quality, durationMinutes, release, due, requirements, protocolId, parameters } =
  orderSchema.shape
const { type, constraints, follows, byHandOnly, externalReference, batchId, tags, notes } = orderSchema.shape

/** What an order is where nobody says otherwise. */
export const usualOrder: Pick<Order, 'priority' | 'value' | 'mode' | 'tags'> = {
  priority: 3,
  value: 100,
  mode: { kind: 'PROTOCOL' },
  tags: [],
}

/** What a person says of an order, and nothing else: it may be laid over an order that is there. */
export const saidFields = {
  name,
  type: type.meta({ description: 'What its type says is written into it, where it does not say so itself' }),
  priority: priority.optional().meta({ default: usualOrder.priority }),
  value: value.optional().meta({ default: usualOrder.value }),
  quality,
  durationMinutes: durationMinutes.optional().meta({ description: 'As its type says, where it is left out' }),
  release,
  due,
  requirements: requirements
    .optional()
    .meta({ description: 'Those of its protocol, where they are left out; those of its type come on top' }),
  mode: modeSchema.optional().meta({ default: usualOrder.mode }),
  protocolId,
  parameters,
  constraints,
  follows,
  byHandOnly,
  externalReference,
  batchId,
  tags: tags.optional().meta({ default: usualOrder.tags }),
  notes,
}

/** The same, with what nobody said filled in. */
export const orderFields = {
  ...saidFields,
  priority: priority.default(usualOrder.priority),
  value: value.default(usualOrder.value),
  mode: modeSchema.default(usualOrder.mode),
  tags: tags.default(usualOrder.tags),
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
