import * as z from 'zod'
import { contactIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { instantSchema } from '../time.ts'
import { subjectSchema } from '../workspaces/workspace.ts'
import { emailAddressSchema, webhookUrlSchema } from './address.ts'

export const locales = ['en', 'de'] as const
export type Locale = (typeof locales)[number]

/** A way to reach somebody. Nothing but its verification is sent to it before somebody has shown that it is theirs. */
const verification = {
  verifiedAt: instantSchema.optional(),
  /** Digest of the code that shows it. */
  codeDigest: z.string().optional(),
}
export const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('email'), address: emailAddressSchema, ...verification }),
  z.strictObject({
    kind: z.literal('webhook'),
    url: webhookUrlSchema,
    /** Signs each message; told once, when the channel is made. */
    secret: z.string(),
    ...verification,
  }),
])
export type Channel = z.output<typeof channelSchema>

/** The address of a channel, which names it within its contact. */
export const targetOf = (channel: Channel): string => (channel.kind === 'email' ? channel.address : channel.url)

export const contactSchema = z.strictObject({
  workspaceId: workspaceIdSchema,
  id: contactIdSchema,
  name: nameSchema,
  /** The member that it is; then it is told what that member is told, too. */
  subject: subjectSchema.optional(),
  locale: z.enum(locales),
  timeZone: z.string().max(50).meta({ description: 'IANA time zone in which times are told to it' }),
  channels: z.array(channelSchema).min(1).max(4),
  version: z.int().min(1),
  createdAt: instantSchema,
  createdBy: z.string(),
  updatedAt: instantSchema,
  updatedBy: z.string(),
})
export type Contact = z.output<typeof contactSchema>
