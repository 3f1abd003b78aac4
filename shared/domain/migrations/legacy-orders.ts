import * as z from 'zod'
import { workspaceIdSchema } from '../ids.ts'
import { modeSchema } from '../orders/mode.ts'
import { orderSchema } from '../orders/order.ts'
import { wantedListSchema } from '../reservations/wanted.ts'
import { instantSchema } from '../time.ts'

/** A blob of old orders is put in so many parts at most; each holds some of the orders. */
export const mostLegacyParts = 20

/** How old orders are to be read where they do not say it themselves. */
export const legacySettingsSchema = z
  .strictObject({
    priorityDirection: z.enum(['highest-is-5', 'highest-is-1']).optional().meta({
      description: 'Which end of 1 to 5 is most urgent in these orders; older files mean 5, newer ones 1',
    }),
    durationUnit: z.enum(['seconds', 'minutes']).optional().meta({ description: 'Unit of a field `duration`' }),
    defaults: z
      .strictObject({
        requirements: wantedListSchema.optional(),
        durationMinutes: orderSchema.shape.durationMinutes.optional(),
        mode: modeSchema.optional(),
      })
      .default({})
      .meta({ description: 'For orders that do not say it' }),
  })
  .meta({ id: 'LegacySettings', description: 'How old orders are to be read' })
export type LegacySettings = z.output<typeof legacySettingsSchema>

/** One part of the old orders, kept as it was given. */
export const legacyOrdersSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    /** Its number as text, so that parts are listed in order. */
    id: z.string(),
    settings: legacySettingsSchema,
    blob: z.json().meta({ description: 'An array of orders, or an object with `orders`, as the old system stored it' }),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'LegacyOrders', description: 'Orders of the old format, as they were given' })
export type LegacyOrders = z.output<typeof legacyOrdersSchema>

export const legacyPartId = (part: number): string => String(part).padStart(2, '0')

/** One thing of the blob that becomes an order, and where it stands. */
export type LegacyRow = { readonly at: string; readonly value: Readonly<Record<string, unknown>> | undefined }

const recordOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined

/** The orders of a blob; undefined where it holds none that could be read. */
const listOf = (blob: unknown): readonly unknown[] | undefined => {
  const list = Array.isArray(blob) ? blob : recordOf(blob)?.orders
  return Array.isArray(list) ? list : undefined
}

/**
 * What becomes an order each, in order. One that holds a schedule which was accepted is as many orders as it has times: each is
 * what the entry says, with the time as its window.
 */
export const legacyRows = (blob: unknown): readonly LegacyRow[] | undefined =>
  listOf(blob)?.flatMap((entry, index): LegacyRow[] => {
    const at = `order ${index + 1}`
    const value = recordOf(entry)
    const schedule = value?.schedule ?? value?.schedule_snapshot
    if (!value || !Array.isArray(schedule)) return [{ at, value }]
    const { schedule: _schedule, schedule_snapshot: _snapshot, order_id, ...rest } = value
    return schedule.map((item, time): LegacyRow => {
      const own = recordOf(item)
      const id = order_id ?? rest.id
      return {
        at: `${at}, time ${time + 1}`,
        value: own && {
          ...rest,
          ...own,
          ...(id !== undefined && { id: `${id}/${time + 1}` }),
          earliest_start: own.start_time,
          latest_end: own.end_time,
        },
      }
    })
  })
