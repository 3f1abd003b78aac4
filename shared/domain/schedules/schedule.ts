import * as z from 'zod'
import { protocolIdSchema, scheduleIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { instantSchema, msOf } from '../time.ts'
import { exclusionsSchema, skipSchema } from './exclusion.ts'
import { type RuleWindow, ruleSchema } from './rule.ts'

/** Retries after a drive that failed. The only retries there are: no other layer multiplies them (I11). */
export const retrySchema = z
  .strictObject({
    maxRetries: z.int().min(0).max(20).default(0),
    delaySeconds: z.int().min(1).max(86_400).default(120),
    backoff: z.enum(['fixed', 'exponential']).default('fixed'),
  })
  .meta({ id: 'Retry', description: 'Retries after a failed drive' })

/** How a run waits for busy assets: bounded attempts, then a recorded failure. */
export const assetWaitSchema = z
  .strictObject({
    maxAttempts: z.int().min(1).max(100).default(10),
    delaySeconds: z.int().min(1).max(3_600).default(30),
  })
  .meta({ id: 'AssetWait', description: 'Attempts to get busy assets' })

export const overlapPolicies = {
  skip: 'while a run of this schedule is live, a firing is recorded as skipped (default)',
  allow: 'runs of this schedule may be live at the same time, as far as the assets allow',
} as const
export type Overlap = keyof typeof overlapPolicies

/** How a run started by this schedule behaves. */
export const runSettingsSchema = z.strictObject({
  priority: z.int().min(1).max(5).default(3).meta({ description: '1 to 5; 5 is most urgent' }),
  retry: retrySchema.prefault({}),
  assetWait: assetWaitSchema.prefault({}),
  /** Misfire grace: a run that cannot start within this time after it was due never starts (I10). */
  startWithinSeconds: z
    .int()
    .min(1)
    .max(7 * 86_400)
    .default(900),
  /** Runs of the schedule that fail one after the other, until it pauses by itself. Never, where it is left out. */
  pauseAfterFailures: z
    .int()
    .min(1)
    .max(50)
    .optional()
    .meta({ description: 'Pauses the schedule after so many failed runs in a row' }),
})
export type RunSettings = z.output<typeof runSettingsSchema>

const shared = {
  workspaceId: workspaceIdSchema,
  id: scheduleIdSchema,
  name: nameSchema,
  protocolId: protocolIdSchema,
  parameters: z.record(z.string(), z.json()),
  rule: ruleSchema,
  timeZone: z.string().max(50).meta({ description: 'IANA time zone, such as Europe/Berlin' }),
  /** Anchor of a rate and first moment that may fire. */
  startAt: instantSchema,
  endAt: instantSchema.optional(),
  exclusions: exclusionsSchema.optional(),
  /** Times that were taken out one by one; those that have passed are forgotten. */
  skips: z.array(skipSchema).max(50).optional(),
  overlap: z.enum(Object.keys(overlapPolicies) as [Overlap, ...Overlap[]]),
  settings: runSettingsSchema,
  tags: z.array(z.string().min(1).max(60)).max(20),
  /** Grows with each change of what EventBridge Scheduler should hold; a firing of an older generation starts nothing. */
  generation: z.int().min(1),
  version: z.int().min(1),
  createdAt: instantSchema,
  createdBy: z.string(),
  updatedAt: instantSchema,
  updatedBy: z.string(),
}

const stopped = { note: z.string().max(500), since: instantSchema, by: z.string() }

export const scheduleSchema = z
  .discriminatedUnion('status', [
    /** Fires. */
    z.strictObject({ ...shared, status: z.literal('active') }),
    /** A person stopped it; resume to fire again. */
    z.strictObject({ ...shared, status: z.literal('paused'), stopped: z.strictObject(stopped) }),
    /** An abort or an uncertain end stopped it; a person must clear it. */
    z.strictObject({ ...shared, status: z.literal('recovery'), stopped: z.strictObject(stopped) }),
    /** Nothing left to fire. */
    z.strictObject({ ...shared, status: z.literal('completed') }),
    /** Deleted softly: hidden, history stays. */
    z.strictObject({ ...shared, status: z.literal('archived'), stopped: z.strictObject(stopped) }),
  ])
  .meta({ id: 'Schedule', description: 'A recurring or one-off rule that starts runs of a protocol' })
export type Schedule = z.output<typeof scheduleSchema>

export const windowOf = (
  schedule: Pick<Schedule, 'startAt' | 'endAt' | 'timeZone' | 'exclusions' | 'skips'>,
): RuleWindow => ({
  startMs: msOf(schedule.startAt),
  endMs: schedule.endAt === undefined ? undefined : msOf(schedule.endAt),
  zone: schedule.timeZone,
  exclusions: schedule.exclusions,
  skips: schedule.skips,
})

/** Counters per schedule, updated in the transaction that ends a run. */
export const scheduleStatsSchema = z.strictObject({
  workspaceId: workspaceIdSchema,
  scheduleId: scheduleIdSchema,
  runs: z.int().min(0),
  byOutcome: z.record(z.string(), z.int().min(0)),
  lastEndedAt: instantSchema.optional(),
})
export type ScheduleStats = z.output<typeof scheduleStatsSchema>

/**
 * How the entry at EventBridge Scheduler stands to the schedule: `pending` while it may not match yet, `settled` when it
 * did. Kept beside the schedule, so that background work never makes a version stale that a person has read (I12).
 */
export const armingSchema = z.strictObject({
  workspaceId: workspaceIdSchema,
  scheduleId: scheduleIdSchema,
  state: z.enum(['pending', 'settled']),
  version: z.int().min(1),
})
export type Arming = z.output<typeof armingSchema>
