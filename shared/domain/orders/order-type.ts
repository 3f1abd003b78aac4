import * as z from 'zod'
import { workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { instantSchema } from '../time.ts'
import { isZone } from '../zone.ts'
import { requirementSchema } from './requirement.ts'
import { startsSchema } from './starts.ts'
import { orderTypeNameSchema } from './type-name.ts'

const timeZone = z.string().max(50).refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' })

const orderTypeSchema = z
  .strictObject({
    type: orderTypeNameSchema,
    name: nameSchema,
    rank: z.int().min(1).max(99).meta({ description: 'Among orders that are due on the same day, 1 comes first' }),
    durationMinutes: z
      .int()
      .min(1)
      .max(7 * 1_440)
      .optional()
      .meta({ description: 'Of orders that do not say how long they take' }),
    requirements: z
      .array(requirementSchema)
      .max(5)
      .default([])
      .meta({ description: 'What its orders need besides what they say themselves: a duty, a qualification' }),
    starts: startsSchema.optional().meta({ description: 'Fixed day slots; free time, where they are left out' }),
    perPersonPerDay: z.int().min(1).max(50).optional().meta({ description: 'Of this type, for one person on one day' }),
    gapMinutes: z
      .int()
      .min(1)
      .max(1_440)
      .optional()
      .meta({ description: 'Between it and whatever else the same person does; a person may override it' }),
    companion: z
      .strictObject({
        offsetMinutes: z.int().min(0).max(1_440).meta({ description: 'It begins so long after the end of the other' }),
        from: z
          .literal('start')
          .optional()
          .meta({ description: 'So long after its start instead, while it is under way' }),
        toleranceMinutes: z.int().min(0).max(1_440).default(0).meta({ description: 'Or so much later' }),
        timeZone,
      })
      .optional()
      .meta({ description: 'Its orders follow another: on the same day, by another person' }),
  })
  .meta({ id: 'OrderType', description: 'What orders of a type have in common' })
export type OrderType = z.output<typeof orderTypeSchema>

export const mostOrderTypes = 50
export const typesSchema = z
  .array(orderTypeSchema)
  .max(mostOrderTypes)
  .superRefine((types, context) => {
    for (const [index, { type }] of types.entries())
      if (types.findIndex((one) => one.type === type) < index)
        context.addIssue({ code: 'custom', path: [index, 'type'], message: `type ${type} stands here twice` })
  })

/** The types of orders of a workspace: one document, replaced as a whole. */
export const orderTypesSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    types: typesSchema,
    version: z.int().min(0).meta({ description: '0: nothing was ever stored' }),
    updatedAt: instantSchema.optional(),
    updatedBy: z.string().optional(),
  })
  .meta({ id: 'OrderTypes', description: 'The types of orders of a workspace' })
export type OrderTypes = z.output<typeof orderTypesSchema>
