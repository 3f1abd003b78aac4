import * as z from 'zod'
import { runIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

/** What became of one nominal time of a schedule. */
export const fates = {
  ran: 'its run was started in time, and has ended or is live: see its outcome',
  late: 'its run was started later than a minute after it was due',
  waiting: 'its run waits, for assets or for another run to end',
  'made-up': 'the firing did not come; a run made up for it later',
  coalesced: 'the firing did not come; one run stands for it and others',
  skipped: 'the rules said not to start it: see the reason',
  failed: 'it could not be started: see the reason',
  excluded: 'the schedule does not fire then, and nothing was recorded',
  moved: 'a person put it elsewhere',
  stopped: 'the schedule was paused, in recovery or archived then',
  missed: 'it was due, and nothing came of it',
  forgotten: 'it is older than the workspace keeps runs',
  due: 'it was due just now; a firing may take a minute',
  'to-come': 'it is still to come',
} as const
export type Fate = keyof typeof fates

export const ledgerRowSchema = z
  .strictObject({
    at: instantSchema,
    local: z.string(),
    fate: z.enum(Object.keys(fates) as [Fate, ...Fate[]]).meta({
      description: Object.entries(fates)
        .map(([fate, meaning]) => `${fate}: ${meaning}`)
        .join('; '),
    }),
    /** The version of the schedule that named this time. */
    scheduleVersion: z.int(),
    runId: runIdSchema.optional(),
    outcome: z.string().optional(),
    reason: z.string().optional(),
    message: z.string().optional(),
    /** Seconds from the time that it was due until it started. */
    lateSeconds: z.number().optional(),
  })
  .meta({ id: 'LedgerRow', description: 'What became of one nominal time of a schedule' })
export type LedgerRow = z.output<typeof ledgerRowSchema>
