import * as z from 'zod'
import { type Closed, nothingClosed } from '../calendars/calendar.ts'
import { calendarIdSchema, protocolIdSchema, scheduleIdSchema, slotIdSchema, workspaceIdSchema } from '../ids.ts'
import { keysOf } from '../keys-of.ts'
import { nameSchema } from '../name.ts'
import { instantSchema, msOf } from '../time.ts'
import { exclusionsSchema, moveSchema, skipSchema } from './exclusion.ts'
import { type RuleWindow, ruleSchema } from './rule.ts'

const tellEach = (table: Readonly<Record<string, string>>): string =>
  Object.entries(table)
    .map(([name, says]) => `${name}: ${says}`)
    .join('; ')

/** Kinds of failures that a retry may mend. */
export const retryableFailures = {
  launch: 'it could not be started',
  busy: 'the instrument was busy with something else',
  instrument: 'it ran and failed, by its own word, its exit code or its time limit',
  silence: 'the agent did not take it in time',
} as const
export type RetryableFailure = keyof typeof retryableFailures

/** Retries after a drive that failed. The only retries there are: no other layer multiplies them (I11). */
export const retrySchema = z
  .strictObject({
    maxRetries: z.int().min(0).max(20).default(0),
    delaySeconds: z.int().min(1).max(86_400).default(120),
    backoff: z.enum(['fixed', 'linear', 'exponential']).default('fixed').meta({
      description: 'linear: n times the delay before retry n; exponential: doubled each time',
    }),
    /** No delay is longer; a day where it is left out. */
    maxDelaySeconds: z.int().min(1).max(86_400).optional(),
    /** Which failures are retried; all of them, where it is left out. */
    on: z
      .array(z.enum(keysOf(retryableFailures)))
      .min(1)
      .optional()
      .meta({ description: tellEach(retryableFailures) }),
    /** Of programs that ended: only these exit codes. */
    exitCodes: z.array(z.int()).min(1).max(50).optional(),
  })
  .meta({ id: 'Retry', description: 'Retries after a failed drive' })
export type Retry = z.output<typeof retrySchema>

/** How a run waits for busy assets: bounded attempts, then a recorded failure. */
export const assetWaitSchema = z
  .strictObject({
    maxAttempts: z.int().min(1).max(100).default(10),
    delaySeconds: z.int().min(1).max(3_600).default(30),
  })
  .meta({ id: 'AssetWait', description: 'Attempts to get busy assets' })

/**
 * What happens to a firing while an earlier run of the schedule is live. The words are Temporal's; a drive that may be going
 * on is never taken for ended, so nothing here frees an instrument that may be moving.
 */
export const overlapPolicies = {
  skip: 'the firing is recorded as skipped (default)',
  'buffer-one': 'one run waits until the others have ended; while one waits, further firings are skipped',
  'buffer-all': 'runs wait and follow one another in the order of their times, as many as the buffer takes',
  'cancel-other':
    'the live run is aborted; the new one waits until the instrument is known to have stopped, and then starts',
  allow: 'runs of this schedule may be live at the same time, as far as the assets allow',
} as const
export type Overlap = keyof typeof overlapPolicies

/** How long, and how many, runs wait for others of their schedule. */
export const bufferSchema = z
  .strictObject({
    limit: z.int().min(1).max(100).default(10),
    waitSeconds: z
      .int()
      .min(60)
      .max(7 * 86_400)
      .default(86_400),
  })
  .meta({ id: 'Buffer', description: 'Bounds of what waits for a live run of the same schedule to end' })

/** What is done about firings that did not come because something was down; never about what a person paused. */
export const catchUpSchema = z
  .strictObject({
    /** Firings older than this are recorded as missed. 0: nothing is made up. */
    windowSeconds: z
      .int()
      .min(0)
      .max(365 * 86_400)
      .default(0),
    mode: z.enum(['coalesce', 'each']).default('coalesce').meta({
      description: 'coalesce: one run for the latest, which says how many it stands for; each: a run for each',
    }),
  })
  .meta({ id: 'CatchUp', description: 'Which missed firings are made up, and how' })

/** What has to be cleared by a person before it runs again, beyond what is always so: after an abort, and after an uncertain end. */
export const recoveryRuleSchema = z
  .strictObject({
    afterFailures: z
      .int()
      .min(1)
      .max(50)
      .optional()
      .meta({ description: 'Recovery after so many failed runs in a row, too' }),
    assets: z.boolean().default(false).meta({ description: 'The assets go into recovery as well as the schedule' }),
  })
  .meta({ id: 'RecoveryRule', description: 'When a schedule, and its assets, must be cleared by a person' })

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
  recovery: recoveryRuleSchema.optional(),
})
export type RunSettings = z.output<typeof runSettingsSchema>

export const externalNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?$/, 'letters, digits and . _ / - between them, at most 100')
  .meta({ description: 'The name by which a file of schedules knows it', examples: ['plates/daily-report'] })

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
  /** Times that were put elsewhere one by one; those that have passed are forgotten. */
  moves: z.array(moveSchema).max(50).optional(),
  /** Calendars of the workspace whose days and hours are excluded too. */
  calendars: z.array(calendarIdSchema).max(10).optional(),
  overlap: z.enum(Object.keys(overlapPolicies) as [Overlap, ...Overlap[]]),
  buffer: bufferSchema.optional(),
  catchUp: catchUpSchema.optional(),
  /** Each run starts up to so many seconds late, by chance that the seed of its time decides. */
  jitterSeconds: z.int().min(1).max(86_400).optional(),
  /** After so many started runs of the rule it is completed; what was skipped, and what a person started, does not count. */
  maxRuns: z.int().min(1).max(1_000_000).optional(),
  /** Its assets are held for its next times so many days ahead; 7 where it is left out, 0: not at all. */
  holdAheadDays: z.int().min(0).max(30).optional(),
  /** The name by which a file of schedules knows it; unique in the workspace. */
  externalName: externalNameSchema.optional(),
  /** The slot whose run it starts: it is changed with that alone. */
  slotId: slotIdSchema.optional(),
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
    /** A person stopped it; it fires again when it is resumed, or by itself from `until` on. */
    z.strictObject({
      ...shared,
      status: z.literal('paused'),
      stopped: z.strictObject({ ...stopped, until: instantSchema.optional() }),
    }),
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
  schedule: Pick<Schedule, 'startAt' | 'endAt' | 'timeZone' | 'exclusions' | 'skips' | 'moves'>,
  calendars: Closed = nothingClosed,
): RuleWindow => ({
  startMs: msOf(schedule.startAt),
  endMs: schedule.endAt === undefined ? undefined : msOf(schedule.endAt),
  zone: schedule.timeZone,
  exclusions: [...(schedule.exclusions ?? []), ...calendars.days],
  closures: calendars.closures,
  skips: schedule.skips,
  moves: schedule.moves,
})

/** What the last comparison with EventBridge Scheduler found, and repaired. */
export type DriftReport = {
  readonly workspaceId: Schedule['workspaceId']
  readonly at: string
  readonly missing: number
  readonly surplus: number
  readonly different: number
  readonly failed: number
  readonly examples: readonly string[]
  readonly version: number
}

/** Which schedule has an external name; its id is the name, so that no two have the same. */
export type ExternalName = {
  readonly workspaceId: Schedule['workspaceId']
  readonly id: string
  readonly scheduleId: Schedule['id']
  readonly version: number
}

/**
 * How the entry at EventBridge Scheduler stands to the schedule: `pending` while it may not match yet, `settled` when it
 * did. Kept beside the schedule, so that background work never makes a version stale that a person has read (I12).
 */
export const armingSchema = z.strictObject({
  workspaceId: workspaceIdSchema,
  scheduleId: scheduleIdSchema,
  state: z.enum(['pending', 'settled']),
  /** When the entry was written last. */
  settledAt: instantSchema.optional(),
  /** The one time that the entry stands for, where EventBridge Scheduler cannot express the rule. */
  carries: instantSchema.optional(),
  /** Of every time up to here it is known what became of it. */
  auditedUntil: instantSchema.optional(),
  /** The next time after that, or the end of a pause: when there is something to look at. */
  nextAt: instantSchema.optional(),
  version: z.int().min(1),
})
export type Arming = z.output<typeof armingSchema>
