import * as z from 'zod'
import { type Weekday, weekdaySchema } from '../assets/opening-hours.ts'
import { type AssetId, assetIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { daySchema as date, instantSchema } from '../time.ts'
import { dutySchema } from './duty.ts'

export const mostDuties = 50

const standing = z.strictObject({
  duty: dutySchema,
  name: nameSchema,
  week: z
    .partialRecord(weekdaySchema, assetIdSchema)
    .meta({ description: 'Who takes it on each weekday; nobody, where a day is left out' }),
})
export type StandingDuty = z.output<typeof standing>

export const dutiesSchema = z
  .array(standing)
  .max(mostDuties)
  .superRefine((duties, context) => {
    for (const [index, { duty }] of duties.entries())
      if (duties.findIndex((one) => one.duty === duty) < index)
        context.addIssue({ code: 'custom', path: [index, 'duty'], message: `duty ${duty} stands here twice` })
  })

/** Who takes which duty on which weekday: one document, so that a week is never half of one and half of another. */
export const rotationSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    duties: dutiesSchema,
    version: z.int().min(0).meta({ description: '0: nothing was ever stored' }),
    updatedAt: instantSchema.optional(),
    updatedBy: z.string().optional(),
  })
  .meta({ id: 'Rotation', description: 'Who takes which duty on which weekday' })
export type Rotation = z.output<typeof rotationSchema>

/** Who takes a duty on one date instead, and why. */
export const dutyExceptionSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    /** Date and duty: there is one for both. */
    id: z.string(),
    date,
    duty: dutySchema,
    assetId: assetIdSchema.optional().meta({ description: 'Nobody takes it on that date, where it is left out' }),
    reason: z.string().min(1).max(500),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'DutyException', description: 'Who takes a duty on one date; the rotation stays as it is' })
export type DutyException = z.output<typeof dutyExceptionSchema>

/** Who has a duty on a date, and why. */
export type Holder =
  | {
      readonly because: 'exception'
      readonly assetId?: AssetId
      readonly reason: string
      readonly by: string
      readonly standing?: AssetId
    }
  | { readonly because: 'rotation'; readonly assetId: AssetId; readonly weekday: Weekday }
  | { readonly because: 'nobody'; readonly weekday: Weekday }
  | { readonly because: 'no-such-duty' }
