import * as z from 'zod'
import { assetIdSchema, feedIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { instantSchema } from '../time.ts'
import { subjectSchema } from '../workspaces/workspace.ts'

/** What a feed shows: one asset, one person, or everything. */
export const feedOfSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('asset'), assetId: assetIdSchema }),
    z.strictObject({ kind: z.literal('person'), subject: subjectSchema }),
    z.strictObject({ kind: z.literal('workspace') }),
  ])
  .meta({ id: 'FeedOf', description: 'What a feed shows' })

export const feedSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: feedIdSchema,
    name: nameSchema,
    of: feedOfSchema,
    /** SHA-256 of the secret in the address; the secret itself is not kept. */
    digest: z.string(),
    status: z.enum(['active', 'revoked']),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'Feed', description: 'A calendar to subscribe to, by a secret address that can be revoked' })
export type Feed = z.output<typeof feedSchema>

/** As it is told: nobody needs the digest. */
export const toldFeedSchema = feedSchema.omit({ digest: true }).meta({ id: 'ToldFeed' })

/** `<workspace>.<feed>.<secret>`, perhaps with `.ics` behind. */
export const feedTokenSchema = z
  .string()
  .regex(/^ws_[a-z0-9-]{1,64}\.fed_[a-z0-9-]{1,64}\.[A-Za-z0-9_-]{32}(?:\.ics)?$/, 'the secret of a feed')
  .meta({ description: 'The secret of a feed, perhaps with `.ics` behind it' })

export const partsOfToken = (token: string) => {
  const [workspaceId = '', feedId = '', secret = ''] = token.split('.')
  return { workspaceId: workspaceId as Feed['workspaceId'], feedId: feedId as Feed['id'], secret }
}
