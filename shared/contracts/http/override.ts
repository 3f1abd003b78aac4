import * as z from 'zod'
import { overridable } from '#domain/rules/violation.ts'

export const overrideSchema = z
  .strictObject({ codes: z.array(z.enum(overridable)).min(1), reason: z.string().min(1).max(500) })
  .meta({
    id: 'Override',
    description:
      'Rules to override, for those who may; recorded with what is made. What is booked by force is a conflict',
  })
