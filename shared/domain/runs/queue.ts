import * as z from 'zod'
import { instrumentSchema } from '../agents/instrument.ts'
import { agentIdSchema, assetIdSchema, recoveryIdSchema, runIdSchema, scheduleIdSchema } from '../ids.ts'
import { instantOf, instantSchema, minutes, msOf } from '../time.ts'
import { hasDrive, isBuffered, type LiveRun, waitingSchema } from './run.ts'

const entrySchema = z.strictObject({
  runId: runIdSchema,
  state: z.enum(['pending', 'waiting', 'queued', 'preparing', 'running', 'paused', 'aborting']),
  protocol: z.string(),
  scheduleId: scheduleIdSchema.optional(),
  scheduleName: z.string().optional(),
  priority: z.int(),
  dueAt: instantSchema,
  notAfter: instantSchema.meta({ description: 'It does not start after this moment' }),
  waiting: waitingSchema
    .omit({ facts: true })
    .optional()
    .meta({ description: 'Why it does not start, since when, and when it tries again' }),
  position: z.int().min(1).optional().meta({ description: 'Among those that wait for the same assets; 1 is next' }),
  estimatedStart: instantSchema.optional().meta({
    description:
      'From the expected ends of what is ahead of it; absent where a person or a device has to do something first',
  }),
  assets: z.array(assetIdSchema).optional().meta({ description: 'What it has claimed' }),
  agentId: agentIdSchema.optional(),
  startedAt: instantSchema.optional(),
  expectedEndAt: instantSchema.optional(),
  progress: z
    .strictObject({ percent: z.number().optional(), step: z.string().optional(), at: instantSchema })
    .optional(),
})
export type QueueEntry = z.output<typeof entrySchema>

/** What is under way in a workspace, and what waits for what. */
export const queueSchema = z
  .strictObject({
    runs: z.array(entrySchema).meta({ description: 'What drives first; then what waits, in its order' }),
    recoveries: z.array(
      z.strictObject({
        recoveryId: recoveryIdSchema,
        cause: z.string(),
        note: z.string(),
        since: instantSchema,
        runId: runIdSchema.optional(),
        scheduleId: scheduleIdSchema.optional(),
        assetIds: z.array(assetIdSchema).meta({ description: 'Held until it is cleared' }),
        decidesAt: instantSchema.optional(),
      }),
    ),
    agents: z.array(
      z.strictObject({
        agentId: agentIdSchema,
        name: z.string(),
        state: z.enum(['online', 'offline', 'never-seen']),
        lastSeenAt: instantSchema.optional(),
        software: z.string().optional(),
        instruments: z.array(instrumentSchema).optional(),
      }),
    ),
    truncated: z.boolean().meta({ description: 'There is more than is shown' }),
  })
  .meta({ id: 'Queue', description: 'What runs, what waits and why, what is in recovery, and which agents are there' })
export type Queue = z.output<typeof queueSchema>

/** When a run that has its assets gives them back, as far as is expected; never in the past, in whole minutes there. */
export const expectedEndMs = (run: LiveRun, nowMs: number): number => {
  const startedAt = 'startedAt' in run ? run.startedAt : undefined
  const expected = 'expectedEndAt' in run ? run.expectedEndAt : undefined
  const began = startedAt ?? (hasDrive(run) ? run.drive.since : run.dueAt)
  const endMs = expected === undefined ? msOf(began) + 1000 * run.work.expectedDurationSeconds : msOf(expected)
  // What is late ends soon, as far as anybody knows; by the minute, so that the same question has the same answer for a while.
  return endMs > nowMs ? endMs : (Math.floor(nowMs / minutes(1)) + 1) * minutes(1)
}

/** What a run needs, by a name that it shares with whoever needs the same. */
const needsOf = (run: LiveRun): string[] => [
  ...(hasDrive(run) ? run.drive.assets.map(({ assetId }) => assetId as string) : []),
  ...run.work.requirements.map((one) => ('assetId' in one ? one.assetId : JSON.stringify(one.capability))),
]

const before = (a: LiveRun, b: LiveRun): number =>
  b.priority - a.priority || msOf(a.dueAt) - msOf(b.dueAt) || (a.id < b.id ? -1 : 1)

export type Place = {
  readonly run: LiveRun
  readonly position?: number
  readonly estimatedStartMs?: number
}

/**
 * Runs in the order in which they are expected to start: what has its assets, then what waits, the urgent first and then by the
 * time that it was due. An estimate: whoever waits tries again at a time of its own, so a later one may be luckier.
 */
export const inOrder = (runs: readonly LiveRun[], nowMs: number): Place[] => {
  const driven = runs.filter(hasDrive)
  const waiting = runs.filter((run) => !hasDrive(run)).toSorted(before)
  const freeAt = new Map<string, number>()
  const ahead = new Map<string, number>()
  const occupy = (run: LiveRun, untilMs: number): void => {
    for (const need of new Set(needsOf(run))) freeAt.set(need, Math.max(freeAt.get(need) ?? 0, untilMs))
  }
  for (const run of driven) occupy(run, expectedEndMs(run, nowMs))
  return [
    ...driven.map((run) => ({ run })),
    ...waiting.map((run) => {
      const needs = [...new Set(needsOf(run))]
      const position = 1 + Math.max(0, ...needs.map((need) => ahead.get(need) ?? 0))
      for (const need of needs) ahead.set(need, position)
      // Whoever opens a gate, or ends the run before it in its schedule, decides when it starts.
      const foreseen = !(run.status === 'waiting' && run.waiting.reason === 'gate') && !isBuffered(run)
      const retryMs = run.status === 'waiting' && run.waiting.reason !== 'assets-busy' ? msOf(run.waiting.until) : 0
      const startMs = Math.max(msOf(run.dueAt), retryMs, ...needs.map((need) => freeAt.get(need) ?? 0))
      const estimatedStartMs = startMs > nowMs ? startMs : (Math.floor(nowMs / minutes(1)) + 1) * minutes(1)
      if (!foreseen) return { run, position }
      occupy(run, estimatedStartMs + 1000 * run.work.expectedDurationSeconds)
      return { run, position, estimatedStartMs }
    }),
  ]
}

/** An entry of the queue, as it is told. */
export const entryOf = (
  { run, position, estimatedStartMs }: Place,
  progress?: { readonly percent?: number | undefined; readonly step?: string | undefined; readonly at: string },
): QueueEntry => {
  const { facts: _facts, ...waiting } = run.status === 'waiting' ? run.waiting : { facts: {} }
  return {
    runId: run.id,
    state: run.status,
    protocol: run.work.protocolName,
    ...(run.scheduleId !== undefined && { scheduleId: run.scheduleId }),
    ...(run.scheduleName !== undefined && { scheduleName: run.scheduleName }),
    priority: run.priority,
    dueAt: run.dueAt,
    notAfter: run.notAfter,
    ...(run.status === 'waiting' && { waiting: waiting as NonNullable<QueueEntry['waiting']> }),
    ...(position !== undefined && { position }),
    ...(estimatedStartMs !== undefined && { estimatedStart: instantOf(estimatedStartMs) }),
    ...(hasDrive(run) && { assets: run.drive.assets.map(({ assetId }) => assetId), agentId: run.drive.agentId }),
    ...('startedAt' in run && run.startedAt !== undefined && { startedAt: run.startedAt }),
    ...('expectedEndAt' in run && run.expectedEndAt !== undefined && { expectedEndAt: run.expectedEndAt }),
    ...(progress && {
      progress: {
        ...(progress.percent !== undefined && { percent: progress.percent }),
        ...(progress.step !== undefined && { step: progress.step }),
        at: progress.at,
      },
    }),
  }
}
