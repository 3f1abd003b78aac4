import * as z from 'zod'
import { wantedSchema } from '../reservations/wanted.ts'
import { dutySchema } from '../rotations/duty.ts'

/** What an order needs: an asset, any one of a group, any one that can do something, or whoever has a duty on that day. */
export const requirementSchema = z
  .union([
    ...wantedSchema.options,
    z.strictObject({
      duty: dutySchema.meta({ description: 'Whoever has this duty on the day on which it begins' }),
      units: z.literal(1).default(1),
    }),
  ])
  .meta({
    id: 'OrderRequirement',
    description: 'This asset, any one of a group, any one that can do something, or whoever has a duty then',
  })
export type OrderRequirement = z.output<typeof requirementSchema>

export const requirementsSchema = z.array(requirementSchema).min(1).max(20)
