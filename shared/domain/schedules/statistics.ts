import * as z from 'zod'
import { scheduleIdSchema, workspaceIdSchema } from '../ids.ts'
import { isOfRule, type Run } from '../runs/run.ts'
import { instantSchema, msOf } from '../time.ts'

/**
 * Counters of a schedule, added to in the transaction that ends a run. Durations and latenesses are counted in buckets whose
 * bounds grow by a fourth of a doubling, so a percentile is told within a tenth, and adding needs no reading.
 */
const counts = z.record(z.string(), z.int().min(0))
export const scheduleStatsSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    scheduleId: scheduleIdSchema,
    /** Runs that ended. */
    runs: z.int().min(0),
    byOutcome: counts,
    /** Started by the rule and not skipped: what `maxRuns` counts. */
    fired: z.int().min(0),
    /** Firings that did not come and were not made up for. */
    missed: z.int().min(0),
    /** Drives by the bucket of how long they took, and starts by the bucket of how late they were. */
    durations: counts,
    latenesses: counts,
    lastEndedAt: instantSchema.optional(),
  })
  .meta({ id: 'ScheduleStats', description: 'What the ended runs of a schedule add up to' })
export type ScheduleStats = z.output<typeof scheduleStatsSchema>

export const noStats = (of: Pick<ScheduleStats, 'workspaceId' | 'scheduleId'>): ScheduleStats => ({
  workspaceId: of.workspaceId,
  scheduleId: of.scheduleId,
  runs: 0,
  byOutcome: {},
  fired: 0,
  missed: 0,
  durations: {},
  latenesses: {},
})

/** What is added to the counters; names of buckets and outcomes as in the statistics. */
export type Counts = {
  readonly runs?: number
  readonly fired?: number
  readonly missed?: number
  readonly outcome?: string
  readonly duration?: string
  readonly lateness?: string
  readonly endedAt?: string
}

const perDoubling = 4

/** The bucket of a span of time: 0 up to a second, then by its logarithm. */
export const bucketOf = (ms: number): string => {
  const seconds = ms / 1_000
  return String(seconds <= 1 ? 0 : 1 + Math.floor(perDoubling * Math.log2(seconds)))
}

/** The middle of a bucket, in seconds. */
const middleOf = (bucket: number): number => (bucket === 0 ? 0.5 : 2 ** ((bucket - 0.5) / perDoubling))

/** What an ended run adds to the statistics of its schedule. */
export const countsOf = (run: Extract<Run, { status: 'ended' }>): Counts => ({
  runs: 1,
  outcome: run.outcome,
  endedAt: run.end.at,
  ...(isOfRule(run.trigger) && run.outcome !== 'skipped' && { fired: 1 }),
  ...(run.startedAt !== undefined && {
    duration: bucketOf(msOf(run.end.at) - msOf(run.startedAt)),
    lateness: bucketOf(Math.max(0, msOf(run.startedAt) - msOf(run.dueAt))),
  }),
})

const plus = (counted: Readonly<Record<string, number>>, name: string | undefined): Record<string, number> =>
  name === undefined ? { ...counted } : { ...counted, [name]: (counted[name] ?? 0) + 1 }

/** The statistics with something added: what the store does, said once. */
export const added = (stats: ScheduleStats, counts: Counts): ScheduleStats => ({
  ...stats,
  runs: stats.runs + (counts.runs ?? 0),
  fired: stats.fired + (counts.fired ?? 0),
  missed: stats.missed + (counts.missed ?? 0),
  byOutcome: plus(stats.byOutcome, counts.outcome),
  durations: plus(stats.durations, counts.duration),
  latenesses: plus(stats.latenesses, counts.lateness),
  ...(counts.endedAt !== undefined && { lastEndedAt: counts.endedAt }),
})

/** A percentile out of bucket counts, in seconds; undefined where nothing was counted. `share` is 0 to 1. */
export const percentile = (buckets: Readonly<Record<string, number>>, share: number): number | undefined => {
  const ordered = Object.entries(buckets)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([a], [b]) => a - b)
  const total = ordered.reduce((sum, [, count]) => sum + count, 0)
  let passed = 0
  for (const [bucket, count] of ordered) {
    passed += count
    if (passed >= share * total) return Number(middleOf(bucket).toPrecision(2))
  }
  return undefined
}

const spread = z.strictObject({ p50: z.number().optional(), p95: z.number().optional() })

/** Statistics as a person reads them. Percentiles are told within a tenth. */
export const summarySchema = z
  .strictObject({
    runs: z.int().meta({ description: 'Runs that have ended' }),
    byOutcome: counts,
    fired: z.int().meta({ description: 'Started by the rule and not skipped: what maxRuns counts' }),
    missed: z.int().meta({ description: 'Firings that did not come and were not made up for' }),
    successRate: z.number().optional().meta({ description: 'Succeeded among those that drove; 0 to 1' }),
    durationSeconds: spread,
    lateSeconds: spread,
    lastEndedAt: instantSchema.optional(),
  })
  .meta({ id: 'ScheduleStatistics', description: 'What the ended runs of a schedule add up to' })
export type Summary = z.output<typeof summarySchema>

const spreadOf = (buckets: Readonly<Record<string, number>>): z.output<typeof spread> => {
  const [p50, p95] = [percentile(buckets, 0.5), percentile(buckets, 0.95)]
  return { ...(p50 !== undefined && { p50 }), ...(p95 !== undefined && { p95 }) }
}

export const summaryOf = (stats: ScheduleStats): Summary => {
  const { runs, byOutcome, fired, missed, lastEndedAt } = stats
  const drove = runs - (byOutcome.skipped ?? 0) - (byOutcome.aborted ?? 0)
  return {
    runs,
    byOutcome,
    fired,
    missed,
    ...(drove > 0 && { successRate: Number(((byOutcome.succeeded ?? 0) / drove).toFixed(4)) }),
    durationSeconds: spreadOf(stats.durations),
    lateSeconds: spreadOf(stats.latenesses),
    ...(lastEndedAt !== undefined && { lastEndedAt }),
  }
}
