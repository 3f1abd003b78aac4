import * as z from 'zod'
import { planIdSchema, planningRoutineIdSchema, planningRunIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { planAskFields, usualIterations } from '../plans/plan-ask.ts'
import { instantSchema } from '../time.ts'

export const planningRunStatuses = {
  queued: 'its execution is about to begin',
  running: 'it plans',
  completed: 'its plan is there',
  failed: 'there is no plan; the message says why',
  crashed: 'it was not heard of any more; there is no plan',
  cancelled: 'a person did not want it any more',
} as const

/** Longest time that a planning run may search; the rest of a quarter of an hour is for reading and storing. Seconds. */
const longestSearchSeconds = 600
const usualSeconds = 300

/** What a planning run is asked for. */
export const planningAskFields = {
  ...planAskFields,
  name: nameSchema.optional(),
  iterations: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .optional()
    .meta({
      description: `Budget of the search, so that the same question gives the same plan; ${usualIterations.run}, where \`seconds\` are left out, too`,
    }),
  from: instantSchema.optional(),
  to: instantSchema
    .optional()
    .meta({ description: 'Seven days after `from`, where it is left out; of an assignment 21' }),
  seconds: z
    .int()
    .min(1)
    .max(longestSearchSeconds)
    .optional()
    .meta({
      description: `Without \`iterations\` the budget of the search: its plan depends on the machine. With them it ends a search that has not used them up; ${usualSeconds}, where it is left out`,
    }),
}

/** What a search may use: iterations, which time ends early, or where a person gave seconds alone the time itself. */
export const budgetOf = ({
  iterations,
  seconds,
}: {
  readonly iterations?: number | undefined
  readonly seconds?: number | undefined
}) => ({
  iterations: iterations ?? usualIterations.run,
  seconds: iterations === undefined ? seconds : undefined,
  limitMs: (seconds ?? usualSeconds) * 1_000,
})

const stamps = {
  version: z.int().min(1),
  createdAt: instantSchema,
  createdBy: z.string(),
  updatedAt: instantSchema,
  updatedBy: z.string(),
}
const common = {
  workspaceId: workspaceIdSchema,
  id: planningRunIdSchema,
  trigger: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('manual') }),
    z.strictObject({
      kind: z.literal('routine'),
      routineId: planningRoutineIdSchema,
      scheduledTime: instantSchema,
    }),
  ]),
  ask: z.strictObject(planningAskFields),
  ...stamps,
}
const began = { startedAt: instantSchema, attempt: z.int().min(1) }
/** A person does not want it to go on; with `keep` the best plan so far is kept. */
const stop = z.strictObject({ by: z.string(), at: instantSchema, keep: z.boolean(), reason: z.string().optional() })
const over = {
  startedAt: instantSchema.optional(),
  attempt: z.int().min(1).optional(),
  endedAt: instantSchema,
  stop: stop.optional(),
}

export const planningRunSchema = z
  .discriminatedUnion('status', [
    z.strictObject({ ...common, status: z.literal('queued') }),
    z.strictObject({ ...common, status: z.literal('running'), ...began, stop: stop.optional() }),
    z.strictObject({
      ...common,
      status: z.literal('completed'),
      ...over,
      planId: planIdSchema,
      endedBy: z
        .enum(['iterations', 'seconds', 'person', 'known'])
        .meta({ description: 'What ended it; known: a plan for the same question was there already' }),
      /** Orders that were looked at, planned and left out. */
      processed: z.int(),
      planned: z.int(),
      leftOut: z.int(),
      /** Of an assignment: orders that made way for others. */
      swaps: z.int().optional(),
    }),
    z.strictObject({ ...common, status: z.literal('failed'), ...over, message: z.string() }),
    z.strictObject({ ...common, status: z.literal('crashed'), ...over, message: z.string() }),
    z.strictObject({ ...common, status: z.literal('cancelled'), ...over }),
  ])
  .meta({ id: 'PlanningRun', description: 'A plan that is made beside requests, with minutes to do it' })
export type PlanningRun = z.output<typeof planningRunSchema>

export const progressSchema = z
  .strictObject({
    iterations: z.int(),
    share: z.number().min(0).max(1).meta({ description: 'Of the iterations or seconds, whichever ends it first' }),
    planned: z.int(),
    at: instantSchema,
  })
  .meta({ id: 'PlanningProgress', description: 'How far a planning run is; told every few seconds' })

/** How far a run is. Apart from it, so that telling it makes nobody's version of the run stale. */
export type PlanningProgress = z.output<typeof progressSchema> & {
  readonly workspaceId: PlanningRun['workspaceId']
  /** Of the run. */
  readonly id: PlanningRun['id']
  readonly version: number
}
