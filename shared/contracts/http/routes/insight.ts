import * as z from 'zod'
import { auditEntrySchema } from '#domain/audit/entry.ts'
import { scheduleIdSchema } from '#domain/ids.ts'
import { analysisSchema, metricsSchema, statusSchema } from '#domain/insight.ts'
import { explanationSchema } from '#domain/schedules/explanation.ts'
import { ledgerRowSchema } from '#domain/schedules/ledger-row.ts'
import { scheduleSchema } from '#domain/schedules/schedule.ts'
import { scheduleStatsSchema } from '#domain/schedules/statistics.ts'
import { instantSchema } from '#domain/time.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const workspace = '/v1/workspaces/{workspaceId}'
const one = `${workspace}/schedules/{scheduleId}` as const

const span = z.strictObject({
  from: instantSchema.optional().meta({ description: 'A day before `to`, where it is left out' }),
  to: instantSchema.optional().meta({ description: 'Now, where it is left out; at most 31 days after `from`' }),
})

/** What is told of schedules and of the work of a workspace, from recorded facts. */
export const insightRoutes = {
  explainSchedule: route({
    method: 'GET',
    path: `${one}/why`,
    access: 'viewer',
    summary: 'Why did it run, or not run, at that time?',
    description: 'Answered from recorded facts: the run of that time, else the schedule as it stood then.',
    query: z.strictObject({
      at: z
        .string()
        .max(40)
        .meta({
          description: 'A moment with its offset, or a wall time in the zone of the schedule',
          examples: ['2026-11-20T09:00'],
        }),
    }),
    response: explanationSchema,
    status: 200,
    refusals: ['invalid'],
  }),
  getScheduleLedger: route({
    method: 'GET',
    path: `${one}/ledger`,
    access: 'viewer',
    summary: 'Expected against actual: what became of each nominal time between two moments',
    query: z.strictObject({
      from: instantSchema,
      to: instantSchema,
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.strictObject({
      items: z.array(ledgerRowSchema),
      truncated: z.boolean().meta({ description: 'There are more; ask again from the last time on' }),
    }),
    status: 200,
    refusals: ['invalid'],
  }),
  getScheduleHistory: route({
    method: 'GET',
    path: `${one}/history`,
    access: 'viewer',
    summary: 'Who changed what, when, from what to what; newest first',
    query: pageQuery,
    response: pageOf(auditEntrySchema),
    status: 200,
  }),
  getScheduleVersion: route({
    method: 'GET',
    path: `${one}/versions/{version}`,
    access: 'viewer',
    summary: 'A schedule as it was in one of its versions; a run names the one that it runs',
    response: scheduleSchema,
    status: 200,
  }),
  checkStatistics: route({
    method: 'POST',
    path: `${one}/statistics:check`,
    access: 'manager',
    summary: 'Add the statistics up again from the recorded runs, compare, and put right what differs',
    body: z.strictObject({ repair: z.boolean().default(false) }),
    response: z
      .strictObject({
        scheduleId: scheduleIdSchema,
        equal: z.boolean(),
        repaired: z.boolean(),
        counted: scheduleStatsSchema,
        recomputed: scheduleStatsSchema,
      })
      .meta({ id: 'StatisticsCheck' }),
    status: 200,
    refusals: ['invalid_state'],
  }),
  getMetrics: route({
    method: 'GET',
    path: `${workspace}/metrics`,
    access: 'viewer',
    summary: 'What the runs of a span of time add up to',
    query: span,
    response: metricsSchema,
    status: 200,
    refusals: ['invalid'],
  }),
  getStatus: route({
    method: 'GET',
    path: `${workspace}/status`,
    access: 'viewer',
    summary: 'How the workspace stands now: what runs, what waits and why, what is held, who is there',
    response: statusSchema,
    status: 200,
  }),
  getAnalysis: route({
    method: 'GET',
    path: `${workspace}/analysis`,
    access: 'viewer',
    summary: 'Bottlenecks, utilisation, and why work waits or fails',
    query: span,
    response: analysisSchema,
    status: 200,
    refusals: ['invalid'],
  }),
} as const
