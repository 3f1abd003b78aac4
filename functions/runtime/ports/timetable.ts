import { createTimetable } from '#adapters/scheduler/timetable.ts'
import type { Timetable } from '#application/world.ts'
import { type EntriesEnvironment, entriesOf, scheduler } from './scheduler-client.ts'

/** Entries at EventBridge Scheduler that start runs. */
export const openTimetable = (env: EntriesEnvironment & { readonly STATE_MACHINE_ARN: string }): Timetable =>
  createTimetable(scheduler, entriesOf(env, env.STATE_MACHINE_ARN))
