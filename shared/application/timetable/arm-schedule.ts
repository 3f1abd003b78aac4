import { Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { eventBridgeExpression } from '#domain/schedules/rule.ts'
import { type Arming, type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { type Instant, instantOf, msOf } from '#domain/time.ts'
import type { Change, TimetableEntry, World } from '../world.ts'

type ArmWorld = Pick<World, 'store' | 'timetable' | 'clock'>

/** What stands at EventBridge Scheduler for a schedule, and the one time that it stands for where it carries no rule. */
export type Armed = { readonly entry: TimetableEntry; readonly carries?: Instant }

/**
 * Whether EventBridge Scheduler cannot express when the schedule fires: a calendar rule, several rules, seconds, or a time
 * that was moved. Its entry then stands for the next time alone and is moved on at each firing.
 */
export const isCarried = ({ rule, moves = [] }: Pick<Schedule, 'rule' | 'moves'>, nowMs: number): boolean =>
  eventBridgeExpression(rule) === undefined || moves.some(({ from, to }) => Math.max(msOf(from), msOf(to)) > nowMs)

/** Fires from now on: it is active, or its pause ends by itself. */
const firesFrom = (schedule: Schedule, nowMs: number): number | undefined => {
  if (schedule.status === 'active') return nowMs
  if (schedule.status !== 'paused' || schedule.stopped.until === undefined) return undefined
  return Math.max(nowMs, msOf(schedule.stopped.until) - 1)
}

/**
 * From when on EventBridge Scheduler may fire; a start in the past is refused by it. A rate counts from its start date, so it
 * gets its next time on its own rhythm, however often it is armed anew.
 */
const startOf = ({ rule, startAt }: Schedule, fromMs: number, nowMs: number, nextMs: number): Instant | undefined => {
  if (rule.kind === 'rate' || rule.kind === 'every') return instantOf(nextMs)
  const startMs = Math.max(msOf(startAt), fromMs)
  return startMs > nowMs ? instantOf(startMs) : undefined
}

/**
 * What EventBridge Scheduler should hold for a schedule: nothing unless it fires and something is left to fire. An `at`
 * that has just passed is still handed over, because the run may start within its misfire grace. Excluded days are not
 * looked at: what is due then fires, and is recorded as skipped.
 */
export const armedOf = (schedule: Schedule | undefined, nowMs: number): Armed | undefined => {
  const fromMs = schedule && firesFrom(schedule, nowMs)
  if (!schedule || fromMs === undefined) return undefined
  const { rule } = schedule
  const window = { ...windowOf(schedule), exclusions: [], skips: [] }
  const [nextMs = rule.kind === 'at' ? msOf(rule.at) : undefined] = nextTimes(rule, fromMs, window, 1)
  if (nextMs === undefined) return undefined
  const expression = eventBridgeExpression(rule)
  const carries = isCarried(schedule, nowMs) || expression === undefined ? instantOf(nextMs) : undefined
  const once = carries !== undefined || rule.kind === 'at'
  const startAt = once ? undefined : startOf(schedule, fromMs, nowMs, nextMs)
  const entry: TimetableEntry = {
    scheduleId: schedule.id,
    workspaceId: schedule.workspaceId,
    expression: carries === undefined ? (expression ?? '') : `at(${carries.slice(0, 19)})`,
    // A moment is told in UTC.
    timeZone: once ? 'UTC' : schedule.timeZone,
    ...(startAt !== undefined && { startAt }),
    ...(schedule.endAt !== undefined && !once && { endAt: schedule.endAt }),
    generation: schedule.generation,
    maximumEventAgeSeconds: eventAgeSeconds(schedule),
  }
  return { entry, ...(carries !== undefined && { carries }) }
}

/** How old a firing may be when it is delivered; what EventBridge Scheduler takes, 60 s to 24 h. */
export const eventAgeSeconds = ({ settings }: Pick<Schedule, 'settings'>): number =>
  Math.min(86_400, Math.max(60, settings.startWithinSeconds))

/** When there is something to look at next: the next time after what is known, or the end of a pause. */
export const nextLookAt = (schedule: Schedule | undefined, afterMs: number): Instant | undefined => {
  if (schedule?.status === 'paused') return schedule.stopped.until
  if (schedule?.status !== 'active') return undefined
  const [next] = nextTimes(schedule.rule, afterMs, windowOf(schedule), 1)
  return next === undefined ? undefined : instantOf(next)
}

/**
 * Says, in the transaction that changes a schedule, that its entry has to follow. What was due before is not looked for any
 * more: the person who changed it has seen to it.
 */
export const armingChange = (
  schedule: Pick<Schedule, 'workspaceId' | 'id'>,
  arming: Arming | undefined,
  auditedUntil: Instant | undefined = arming?.auditedUntil,
): Change => {
  const {
    carries: _carries,
    nextAt: _next,
    ...rest
  } = arming ?? { workspaceId: schedule.workspaceId, scheduleId: schedule.id }
  return {
    type: 'put',
    kind: 'arming',
    value: {
      ...rest,
      ...(auditedUntil !== undefined && { auditedUntil }),
      state: 'pending',
      version: (arming?.version ?? 0) + 1,
    },
    expect: arming?.version ?? 'absent',
  }
}

const tries = 6

/**
 * Makes the entry at EventBridge Scheduler follow the schedule, then marks it settled. If the schedule changed meanwhile, the
 * mark fails and all is done again, because another writer's call may have come before ours. Late or twice it does no harm;
 * if it fails, the sweeper finds the mark still pending.
 */
export const settleArming = async (
  workspaceId: WorkspaceId,
  scheduleId: ScheduleId,
  world: ArmWorld,
): Promise<boolean> => {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const arming = await world.store.get('arming', { workspaceId, scheduleId })
    if (!arming) return true
    const schedule = await world.store.get('schedule', { workspaceId, id: scheduleId })
    const nowMs = world.clock.now()
    const armed = armedOf(schedule, nowMs)
    await (armed ? world.timetable.put(armed.entry) : world.timetable.remove(scheduleId))
    const committed = await world.store.commit([settled(arming, schedule, armed, nowMs)])
    if (committed.committed) return true
  }
  return false
}

const settled = (
  { carries: _carries, nextAt: _next, ...arming }: Arming,
  schedule: Schedule | undefined,
  armed: Armed | undefined,
  nowMs: number,
): Change => {
  const { workspaceId, scheduleId, version } = arming
  if (!schedule) return { type: 'remove', kind: 'arming', key: { workspaceId, scheduleId }, expect: version }
  const auditedUntil = arming.auditedUntil ?? instantOf(nowMs)
  const nextAt = nextLookAt(schedule, msOf(auditedUntil))
  const value: Arming = {
    ...arming,
    state: 'settled',
    settledAt: instantOf(nowMs),
    auditedUntil,
    ...(armed?.carries !== undefined && { carries: armed.carries }),
    ...(nextAt !== undefined && { nextAt }),
    version: version + 1,
  }
  return { type: 'put', kind: 'arming', value, expect: version }
}

/**
 * Settles after a person's change. Where EventBridge Scheduler does not answer now, the change stands all the same and is
 * told as done: its mark is pending, and the sweeper settles it within five minutes.
 */
export const settleSoon = async (schedule: Pick<Schedule, 'workspaceId' | 'id'>, world: ArmWorld): Promise<void> => {
  try {
    await settleArming(schedule.workspaceId, schedule.id, world)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}
