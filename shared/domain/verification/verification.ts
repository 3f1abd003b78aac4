import * as z from 'zod'
import { type VerificationId, verificationIdSchema, workspaceIdSchema } from '../ids.ts'
import { type Day, instantSchema } from '../time.ts'

export const findingSeverities = {
  critical: 'somebody must act before work begins',
  warning: 'somebody should act in the coming days',
  info: 'good to know',
} as const
export type FindingSeverity = keyof typeof findingSeverities
export const severityOrder = Object.keys(findingSeverities) as [FindingSeverity, ...FindingSeverity[]]

/** The rules of the audit, in the order in which their findings are told. */
export const findingCodes = {
  'rotation-gap': 'nobody has a duty',
  'holder-unavailable': 'whoever has a duty is not there',
  'booked-while-absent': 'somebody has work on a day on which they are off, or have left',
  'urgent-order': 'an order is due soon, or was due, and has no slot',
  'open-conflict': 'something in the calendar cannot be as it is',
  'broken-companion': 'an order that follows another stands without it, or in the wrong place',
  qualification: 'a qualification that planned work needs has expired by then, or expires soon',
  'too-much-work': 'somebody has more in a week than they should, or more than they take',
  'approval-waiting': 'proposals that begin soon wait for somebody to approve them',
  'failed-work': 'a slot has failed, or something waits for recovery, and nobody has followed it up',
} as const
export type FindingCode = keyof typeof findingCodes

export const findingSchema = z
  .strictObject({
    code: z.enum(Object.keys(findingCodes) as [FindingCode, ...FindingCode[]]),
    severity: z.enum(severityOrder),
    message: z.string(),
    about: z.array(z.string()).max(5).meta({ description: 'Ids of what it is about, the closest first' }),
    date: z.iso.date().optional().meta({ description: 'The day that it is about' }),
    fingerprint: z.string().meta({ description: 'The same as long as its cause is the same' }),
    status: z.enum(['open', 'resolved']),
    resolution: z
      .strictObject({
        by: z.string(),
        at: instantSchema,
        note: z.string(),
        before: z
          .literal(true)
          .optional()
          .meta({ description: 'It was resolved in an earlier report, and still stands' }),
      })
      .optional(),
  })
  .meta({ id: 'Finding', description: 'Something that a verification found' })
export type Finding = z.output<typeof findingSchema>

/** So many findings are kept of a report, the worst of them. */
export const mostFindings = 500

const count = z.int().min(0)

export const verificationSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: verificationIdSchema,
    date: z.iso.date().meta({ description: 'The local date for which it was made' }),
    timeZone: z.string(),
    at: instantSchema.meta({ description: 'When it was made, or made anew' }),
    by: z.string(),
    /** When it was made by itself. */
    automaticAt: instantSchema.optional(),
    span: z.strictObject({
      from: instantSchema,
      to: instantSchema,
      dutiesTo: z.iso.date().meta({ description: 'Last day whose duties it looks at' }),
    }),
    counts: z
      .strictObject({ critical: count, warning: count, info: count })
      .meta({ description: 'Findings that are open, also those that are not kept' }),
    resolved: count.meta({ description: 'Findings that stand and were resolved' }),
    findings: z.array(findingSchema).max(mostFindings),
    more: count.meta({ description: 'Open findings that are not kept, because there are too many' }),
    /** The report before it. */
    previous: verificationIdSchema.optional(),
    expiresAtSeconds: z.int(),
    version: z.int().min(1),
  })
  .meta({ id: 'Verification', description: 'What a look at the coming days found' })
export type Verification = z.output<typeof verificationSchema>

/** There is one of a local date. */
export const verificationIdOf = (date: Day): VerificationId => `ver_${date}`
