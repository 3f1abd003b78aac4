import type { RunId } from '#domain/ids.ts'
import { isBuffered, isOfRule, type LiveRun } from '#domain/runs/run.ts'
import { bufferSchema, type Schedule } from '#domain/schedules/schedule.ts'
import type { Circumstances } from './circumstances.ts'
import type { Closed } from './gates.ts'

export type Overlapping =
  | { readonly kind: 'start' }
  | { readonly kind: 'end'; readonly closed: Closed }
  /** Waits for others to end; `abort` names those that are to end because of it. */
  | {
      readonly kind: 'buffer'
      readonly message: string
      readonly behind: readonly RunId[]
      readonly abort: readonly RunId[]
    }
  /** Waits already, and still has to. */
  | { readonly kind: 'stay' }

const skipped = (message: string): Overlapping => ({
  kind: 'end',
  closed: { outcome: 'skipped', reason: 'overlap', message },
})

const start: Overlapping = { kind: 'start' }

const told = (others: readonly LiveRun[]): string => {
  const named = others.slice(0, 3).map((run) => `${run.id} (${run.status})`)
  return `${named.join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''}`
}

/** How many runs may wait for others of a schedule, and how long. */
export const bufferOf = (schedule: Pick<Schedule, 'buffer'>) => schedule.buffer ?? bufferSchema.parse({})

/** Whether a firing starts beside what is live of its schedule, waits for it, ends it, or is skipped. */
export const judgeOverlap = (
  run: LiveRun,
  schedule: Schedule | undefined,
  { others, fired }: Pick<Circumstances, 'others' | 'fired'>,
): Overlapping => {
  if (!schedule) return start
  const waiting = others.filter(isBuffered)
  const active = others.filter((other) => !isBuffered(other))
  if (isBuffered(run)) return active.length > 0 || waiting.some(({ id }) => id < run.id) ? { kind: 'stay' } : start
  // What has begun its way is not stopped by what comes after it, and what a person asked for is no firing.
  const fresh = run.status === 'pending' || (run.status === 'waiting' && run.waiting.reason === 'jitter')
  if (!fresh || !isOfRule(run.trigger)) return start
  const { maxRuns } = schedule
  if (maxRuns !== undefined && fired + others.filter(({ trigger }) => isOfRule(trigger)).length >= maxRuns)
    return {
      kind: 'end',
      closed: {
        outcome: 'skipped',
        reason: 'runs-used-up',
        message: `Schedule "${schedule.name}" may start ${maxRuns} runs, and has.`,
      },
    }
  if (schedule.overlap === 'allow' || others.length === 0) return start
  const buffer = (abort: readonly RunId[]): Overlapping => ({
    kind: 'buffer',
    message: `Waits until other runs of the schedule have ended: ${told(others)}.`,
    behind: others.map(({ id }) => id),
    abort,
  })
  switch (schedule.overlap) {
    case 'skip':
      return skipped(`Another run of the same schedule was live: ${told(others)}.`)
    case 'buffer-one':
      return waiting.length > 0
        ? skipped(`Run ${waiting[0]?.id} of the same schedule waits already, and only one may.`)
        : buffer([])
    case 'buffer-all': {
      const { limit } = bufferOf(schedule)
      return waiting.length >= limit
        ? skipped(`${waiting.length} runs of the same schedule wait already, and no more than ${limit} may.`)
        : buffer([])
    }
    case 'cancel-other':
      return buffer(others.map(({ id }) => id))
  }
}
