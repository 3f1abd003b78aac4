import type { Schedule } from '../schedules/schedule.ts'
import type { Trigger } from './run.ts'

/** Runs that finish what another began: a person, or the protocol, has decided that already. */
const finishing: ReadonlySet<Trigger['kind']> = new Set(['clean-up', 'continuation'])

/**
 * Whether a run of this schedule may start now (I10). A schedule that fired for the last time may still be triggered by a
 * person; one that is paused, archived or in recovery starts nothing new at all.
 */
export const mayRun = (schedule: Pick<Schedule, 'status'>, trigger: Pick<Trigger, 'kind'>): boolean =>
  schedule.status === 'active' ||
  finishing.has(trigger.kind) ||
  (schedule.status === 'completed' && (trigger.kind === 'person' || trigger.kind === 'backfill'))
