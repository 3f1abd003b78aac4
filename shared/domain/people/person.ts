import * as z from 'zod'
import { daySchema as date } from '../time.ts'
import { subjectSchema } from '../workspaces/workspace.ts'

export const qualificationNameSchema = z
  .string()
  .max(60)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected lower case letters, digits and . _ -')
  .meta({ description: 'What somebody is trained or allowed to do', examples: ['laser-safety'] })

const qualificationSchema = z.strictObject({
  name: qualificationNameSchema,
  until: date.optional().meta({ description: 'Last day on which it holds; for good, where it is left out' }),
})

export const absenceKinds = {
  vacation: 'planned',
  sick: 'of a sudden',
  training: 'at work, but not here',
  other: 'whatever else',
} as const

/** Unique among the time off of one person. */
export const timeOffIdSchema = z
  .string()
  .max(80)
  .regex(/^[a-z0-9][a-z0-9-]*$/)
const timeOffSchema = z
  .strictObject({
    id: timeOffIdSchema,
    from: date,
    to: date.meta({ description: 'Last day of it' }),
    kind: z.enum(Object.keys(absenceKinds) as [keyof typeof absenceKinds]),
    note: z.string().max(200).optional(),
  })
  .refine(({ from, to }) => from <= to, { error: '`to` must not be before `from`' })
export type TimeOff = z.output<typeof timeOffSchema>

/** So many entries are kept of one person; those that are long over are dropped first. */
export const mostTimeOff = 200

export const personFields = {
  subject: subjectSchema.optional().meta({ description: 'The member of the workspace who it is' }),
  qualifications: z.array(qualificationSchema).max(50).default([]),
  lastDay: date.optional().meta({ description: 'After this day nothing is given to them any more' }),
  limits: z
    .strictObject({
      perDay: z.int().min(1).max(50).optional().meta({ description: 'Reservations that start on one day' }),
      perWeek: z
        .int()
        .min(1)
        .max(200)
        .optional()
        .meta({ description: 'Reservations that start in one week, from Monday' }),
      hoursPerWeek: z.number().min(1).max(168).optional(),
    })
    .optional()
    .meta({ description: 'How much they take; what is left out is not limited' }),
}

export const personSchema = z
  .strictObject({ ...personFields, timeOff: z.array(timeOffSchema).max(mostTimeOff).default([]) })
  .meta({
    id: 'Person',
    description:
      'What is known of somebody whose time is scarce; days count by the zone of their opening hours, else UTC',
  })
export type Person = z.output<typeof personSchema>

export const emptyPerson: Person = { qualifications: [], timeOff: [] }
