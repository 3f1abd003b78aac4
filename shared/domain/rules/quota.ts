import * as z from 'zod'
import { assetIdSchema, quotaIdSchema, typeIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { periodAt } from '../period.ts'
import type { Entry } from '../reservations/account.ts'
import { dayMs, hours, instantSchema } from '../time.ts'
import { isZone } from '../zone.ts'

/** How much a person, a project or a group may book in a period. A booking counts, whole, in the period in which it starts. */
export const quotaSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: quotaIdSchema,
    name: nameSchema,
    of: z.enum(['person', 'project', 'group']).meta({ description: 'Whose bookings are counted' }),
    who: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({ description: 'This one alone; each of them, where it is left out' }),
    assetIds: z
      .array(assetIdSchema)
      .max(50)
      .optional()
      .meta({ description: 'Bookings of these; of all, where left out' }),
    typeId: typeIdSchema.optional().meta({ description: 'Bookings of assets of this type' }),
    unit: z.enum(['hours', 'bookings']),
    limit: z.number().min(0).max(10_000),
    per: z.enum(['day', 'week', 'month']).meta({ description: 'Weeks begin on Monday' }),
    timeZone: z.string().max(50).refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' }),
    /** Fair share: instead of a period, all of the past counts, half as much after each of so many days. */
    halfLifeDays: z.int().min(1).max(30).optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .refine(({ assetIds, typeId }) => assetIds === undefined || typeId === undefined, {
    error: 'name assets or a type, not both',
    path: ['typeId'],
  })
  .meta({ id: 'Quota', description: 'How much a person, a project or a group may book in a period' })
export type Quota = z.output<typeof quotaSchema>

/** What is older than this many half-lives counts less than a fiftieth. */
const halfLivesLooked = 6

/** The period that holds a moment, by the clocks of the quota's zone; with half-lives, all that is looked at before it. */
export const periodOf = (
  { per, timeZone, halfLifeDays }: Pick<Quota, 'per' | 'timeZone' | 'halfLifeDays'>,
  ms: number,
): { readonly startMs: number; readonly endMs: number } => {
  if (halfLifeDays !== undefined) return { startMs: ms - halfLivesLooked * halfLifeDays * dayMs, endMs: ms + 1 }
  return periodAt(per, timeZone, ms)
}

const amountOf = (unit: Quota['unit'], { startMs, endMs }: Pick<Entry, 'startMs' | 'endMs'>): number =>
  unit === 'bookings' ? 1 : (endMs - startMs) / hours(1)

/** What counts against a quota at the start of a booking, in its unit; `counts` tells the assets that it is about. */
export const useOf = (
  quota: Pick<Quota, 'unit' | 'per' | 'timeZone' | 'halfLifeDays'>,
  entries: readonly Entry[],
  atMs: number,
  counts: (entry: Entry) => boolean,
): number => {
  const period = periodOf(quota, atMs)
  const { halfLifeDays } = quota
  return entries
    .filter((entry) => period.startMs <= entry.startMs && entry.startMs < period.endMs && counts(entry))
    .reduce((sum, entry) => {
      const weight = halfLifeDays === undefined ? 1 : 0.5 ** ((atMs - entry.startMs) / (halfLifeDays * dayMs))
      return sum + weight * amountOf(quota.unit, entry)
    }, 0)
}

export const askedOf = amountOf
