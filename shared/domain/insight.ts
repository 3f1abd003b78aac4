import * as z from 'zod'
import { agentIdSchema, assetIdSchema, reservationIdSchema, runIdSchema, scheduleIdSchema } from './ids.ts'
import { instantSchema } from './time.ts'
import { stopSchema } from './workspaces/stop.ts'

const counts = z.record(z.string(), z.int().min(0))
const looked = {
  from: instantSchema,
  to: instantSchema,
  truncated: z.boolean().meta({ description: 'There were more runs than are looked at; ask for a shorter span' }),
}
const percentiles = z.strictObject({
  p50: z.number().optional(),
  p95: z.number().optional(),
  most: z.number().optional(),
})

/** What the runs of a span add up to. */
export const metricsSchema = z
  .strictObject({
    ...looked,
    runs: z.int(),
    byOutcome: counts,
    byReason: counts.meta({ description: 'Why runs ended that did not succeed' }),
    byTrigger: counts,
    live: counts.meta({ description: 'Runs that have not ended, by state' }),
    successRate: z.number().optional().meta({ description: 'Succeeded among those that drove; 0 to 1' }),
    durationSeconds: percentiles,
    lateSeconds: percentiles.meta({ description: 'From the time that runs were due until they started' }),
    retries: z.int(),
  })
  .meta({ id: 'Metrics', description: 'What the runs of a span of time add up to; never written by hand' })
export type Metrics = z.output<typeof metricsSchema>

/** How the workspace stands now. */
export const statusSchema = z
  .strictObject({
    at: instantSchema,
    stops: z.array(stopSchema).meta({ description: 'Kill switches that are thrown' }),
    live: z.array(
      z.strictObject({
        runId: runIdSchema,
        scheduleId: scheduleIdSchema.optional(),
        state: z.string(),
        dueAt: instantSchema,
        why: z.string().optional().meta({ description: 'Why it waits, and until when' }),
      }),
    ),
    quarantined: z.array(z.strictObject({ reservationId: reservationIdSchema, assets: z.array(assetIdSchema) })),
    agents: z.array(
      z.strictObject({
        agentId: agentIdSchema,
        name: z.string(),
        lastSeen: instantSchema.optional(),
        silentSeconds: z.int().optional(),
      }),
    ),
    unsettled: z.int().meta({ description: 'Schedules whose entry at EventBridge Scheduler is still to follow' }),
    overdue: z.int().meta({ description: 'Schedules whose last time nobody has looked at for ten minutes' }),
    drift: z
      .strictObject({ at: instantSchema, missing: z.int(), surplus: z.int(), different: z.int() })
      .optional()
      .meta({ description: 'What the last comparison with EventBridge Scheduler found, and repaired' }),
    truncated: z.boolean(),
  })
  .meta({ id: 'Status', description: 'How the workspace stands now' })
export type Status = z.output<typeof statusSchema>

/** Where work waits, and how much the assets are used. */
export const analysisSchema = z
  .strictObject({
    ...looked,
    assets: z
      .array(
        z.strictObject({
          assetId: assetIdSchema,
          name: z.string(),
          runs: z.int(),
          busySeconds: z.int(),
          utilisation: z.number().meta({ description: 'Busy unit-seconds by capacity over the span; 0 to 1' }),
          waitedForSeconds: z.int().meta({ description: 'How long runs that need it waited for assets' }),
          refused: z.int().meta({ description: 'Runs that ended because assets were not free' }),
        }),
      )
      .meta({ description: 'The worst bottleneck first' }),
    waiting: z.array(
      z.strictObject({
        runId: runIdSchema,
        reason: z.string(),
        message: z.string(),
        since: instantSchema,
        until: instantSchema,
        advice: z.string(),
      }),
    ),
    failing: z
      .array(z.strictObject({ scheduleId: scheduleIdSchema, runs: z.int(), failed: z.int(), lastReason: z.string() }))
      .meta({ description: 'Schedules with failed runs, the worst first' }),
  })
  .meta({ id: 'Analysis', description: 'Where work waits and fails, and how much the assets are used' })
export type Analysis = z.output<typeof analysisSchema>
