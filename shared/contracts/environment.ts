import * as z from 'zod'

/**
 * The environment of every function, by function. The CDK construct must supply exactly these, and each function
 * parses its own at start, so a missing one fails on deploy or at the first line of the log, not in the middle of a run.
 */
const common = { TABLE_NAME: z.string(), STAGE: z.string() }
const workflows = { STATE_MACHINE_ARN: z.string() }
/** Whether addresses that people give may lie in private networks: no, unless the installation is closed to strangers. */
const webhooks = { WEBHOOKS: z.enum(['public', 'anywhere']) }
const files = { BUCKET_NAME: z.string() }
const planning = { PLANNING_MACHINE_ARN: z.string() }
/** What entries at EventBridge Scheduler need. */
const entries = {
  SCHEDULE_GROUP_NAME: z.string(),
  SCHEDULER_ROLE_ARN: z.string(),
  SCHEDULER_DLQ_ARN: z.string(),
}
const timetable = { ...workflows, ...entries }

export const environments = {
  api: z.object({ ...common, ...webhooks, ...files }),
  reads: z.object({ ...common }),
  availability: z.object({ ...common }),
  schedules: z.object({ ...common, ...timetable }),
  bookings: z.object({ ...common }),
  operations: z.object({ ...common, ...timetable }),
  enrolment: z.object({ ...common }),
  orders: z.object({ ...common }),
  planner: z.object({ ...common }),
  slots: z.object({ ...common, ...timetable }),
  proposals: z.object({ ...common }),
  approvals: z.object({ ...common, ...timetable }),
  planning: z.object({ ...common, ...planning, ...entries }),
  roster: z.object({ ...common }),
  feeds: z.object({ ...common }),
  front: z.object({}),
  prepare: z.object({ ...common, ...timetable, ...webhooks }),
  drive: z.object({ ...common }),
  finish: z.object({ ...common, ...workflows }),
  plan: z.object({ ...common }),
  agents: z.object({ ...common, ...files }),
  'execution-ended': z.object({ ...common, ...workflows }),
  timekeeper: z.object({ ...common, ...timetable }),
  auditor: z.object({ ...common }),
  /** `MAIL_FROM` is empty where no mail is sent. */
  notifier: z.object({ ...common, ...webhooks, MAIL_FROM: z.string() }),
  sweeper: z.object({ ...common, ...workflows, ...timetable, ...planning, ...files }),
} as const

export type FunctionName = keyof typeof environments
export type EnvironmentOf<F extends FunctionName> = z.output<(typeof environments)[F]>

/** Where each function's entry point lives, from the root of the repository. The export is always `handler`. */
export const entryPoints: Record<FunctionName, string> = {
  api: 'functions/api/handler.ts',
  reads: 'functions/api/reads.ts',
  availability: 'functions/api/availability.ts',
  schedules: 'functions/api/schedules.ts',
  bookings: 'functions/api/bookings.ts',
  operations: 'functions/api/operations.ts',
  enrolment: 'functions/api/enrolment.ts',
  orders: 'functions/api/orders.ts',
  planner: 'functions/api/planner.ts',
  slots: 'functions/api/slots.ts',
  proposals: 'functions/api/proposals.ts',
  approvals: 'functions/api/approvals.ts',
  planning: 'functions/api/planning.ts',
  roster: 'functions/api/roster.ts',
  feeds: 'functions/feeds/handler.ts',
  front: 'functions/front/handler.ts',
  prepare: 'functions/workflow/prepare.ts',
  drive: 'functions/workflow/drive.ts',
  finish: 'functions/workflow/finish.ts',
  plan: 'functions/workflow/plan.ts',
  agents: 'functions/agents/handler.ts',
  'execution-ended': 'functions/reactions/execution-ended.ts',
  timekeeper: 'functions/reactions/timekeeper.ts',
  auditor: 'functions/reactions/auditor.ts',
  notifier: 'functions/notifier/handler.ts',
  sweeper: 'functions/reactions/sweeper.ts',
}
