import * as z from 'zod'
import {
  assetIdSchema,
  recoveryIdSchema,
  reservationIdSchema,
  runIdSchema,
  scheduleIdSchema,
  workspaceIdSchema,
} from '../ids.ts'
import { instantSchema } from '../time.ts'
import { continuationOptionSchema, uncertainFactSchema } from './uncertain.ts'

/** Why a person has to look. */
export const recoveryCauses = {
  uncertain: 'nobody knows how a drive ended',
  aborted: 'a person stopped a drive',
  failures: 'so many runs failed in a row',
  person: 'a person asked for it',
} as const
export type RecoveryCause = keyof typeof recoveryCauses

/** What a person found of a thing that nobody knew. */
export const verdicts = {
  confirmed: 'it is as expected',
  refuted: 'it is not; it is as it was before',
  partial: 'something in between; the value says what',
  other: 'something else; the value says what',
  unknown: 'it cannot be found out',
} as const
export type Verdict = keyof typeof verdicts

export const answerSchema = z.strictObject({
  verdict: z.enum(Object.keys(verdicts) as [Verdict, ...Verdict[]]),
  value: z.json().optional(),
  note: z.string().max(500).optional(),
})
export type Answer = z.output<typeof answerSchema>

const answeredSchema = answerSchema.extend({ by: z.string(), at: instantSchema })

const shared = {
  workspaceId: workspaceIdSchema,
  id: recoveryIdSchema,
  cause: z.enum(Object.keys(recoveryCauses) as [RecoveryCause, ...RecoveryCause[]]),
  note: z.string().max(1_000),
  since: instantSchema,
  /** Who, or what, made it necessary. */
  by: z.string(),
  runId: runIdSchema.optional(),
  scheduleId: scheduleIdSchema.optional(),
  /** The assets of the run, whether or not they are held by it. */
  assetIds: z.array(assetIdSchema),
  /** What is held for it until it is cleared: the schedule stands still, assets are in recovery, a claim is in quarantine. */
  holds: z.strictObject({
    schedule: z.boolean(),
    assets: z.array(assetIdSchema),
    quarantine: reservationIdSchema.optional(),
    workspace: z.boolean(),
  }),
  facts: z.array(uncertainFactSchema.extend({ answer: answeredSchema.optional() })),
  options: z.array(continuationOptionSchema),
  /** When the default option is taken by itself. */
  decidesAt: instantSchema.optional(),
  version: z.int().min(1),
}

export const recoverySchema = z
  .discriminatedUnion('status', [
    z.strictObject({ ...shared, status: z.literal('open') }),
    z.strictObject({
      ...shared,
      status: z.literal('cleared'),
      clearedAt: instantSchema,
      clearedBy: z.string(),
      clearNote: z.string(),
      /** The way that was chosen to go on, and the run that goes it. */
      chosen: z.string().optional(),
      continuedBy: runIdSchema.optional(),
    }),
  ])
  .meta({ id: 'Recovery', description: 'What a person must look at and clear before it runs again' })
export type Recovery = z.output<typeof recoverySchema>
export type OpenRecovery = Extract<Recovery, { status: 'open' }>

/** Facts that nobody has answered yet. */
export const unanswered = ({ facts }: Pick<Recovery, 'facts'>): string[] =>
  facts.flatMap(({ key, answer }) => (answer ? [] : [key]))
