import * as z from 'zod'
import { assetIdSchema, waiverIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { instantSchema, msOf } from '../time.ts'
import { overridable } from './violation.ts'

/** A standing exception to some rules, with a name and a reason; it may expire. */
export const waiverSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: waiverIdSchema,
    name: nameSchema,
    codes: z
      .array(z.enum(overridable))
      .min(1)
      .max(overridable.length)
      .meta({ description: 'The rules that are waived' }),
    subject: z.string().min(1).max(128).optional().meta({ description: 'For this person; for all, where left out' }),
    project: z.string().min(1).max(60).optional(),
    assetIds: z
      .array(assetIdSchema)
      .max(50)
      .optional()
      .meta({ description: 'On these assets; on all, where left out' }),
    reason: z.string().min(1).max(500),
    expiresAt: instantSchema.optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Waiver', description: 'A standing exception to rules, with a reason; it may expire' })
export type Waiver = z.output<typeof waiverSchema>

export const waives = (
  waiver: Waiver,
  of: { readonly code: string; readonly assetId?: string | undefined },
  by: { readonly subject?: string | undefined; readonly project?: string | undefined },
  nowMs: number,
): boolean =>
  (waiver.codes as readonly string[]).includes(of.code) &&
  (waiver.expiresAt === undefined || nowMs < msOf(waiver.expiresAt)) &&
  (waiver.subject === undefined || waiver.subject === by.subject) &&
  (waiver.project === undefined || waiver.project === by.project) &&
  (waiver.assetIds === undefined || (of.assetId !== undefined && (waiver.assetIds as string[]).includes(of.assetId)))
