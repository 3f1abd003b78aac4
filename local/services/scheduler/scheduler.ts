/**
 * EventBridge Scheduler: one timer for whatever is due first. A firing is stored, then delivered, then forgotten, so a
 * crash in between delivers it again: at least once, like the real one. Firings that were due while the laptop cloud was
 * down are delivered late, up to their maximum age.
 */
import type { Meter, SchedulerControl } from '../../cloud-controls.ts'
import { ServiceError } from '../../endpoint/service.ts'
import type { Database } from '../database.ts'
import { after, type Timer } from '../timer.ts'
import { deliver, isRetryable, type StartAs, scheduledTimeOf } from './deliver.ts'
import { isOneTime, nextFiring, type Timing } from './expression.ts'
import {
  createScheduleStore,
  type FiringRow,
  type ScheduleBody,
  type ScheduleRow,
  type ScheduleStore,
  type Target,
} from './store.ts'

export type SchedulerParts = {
  readonly database: Database
  readonly meter: Meter
  readonly start: StartAs
  /** Sends to a dead-letter queue in the schedule's role. */
  readonly deadLetter: (
    roleArn: string,
    queueArn: string,
    body: string,
    attributes: Record<string, string>,
  ) => Promise<void>
  readonly log: (line: string) => void
}

export type Scheduler = SchedulerControl & {
  readonly store: ScheduleStore
  /** Stores a new or changed schedule and arms the timer for it. */
  put(body: ScheduleBody, created: number | undefined): void
  remove(group: string, name: string): boolean
  begin(): void
  stop(): void
}

const dayInSeconds = 86_400
/** A one-time schedule whose time has passed by no more than this fires at once; an older one fires never. */
const justMissedMs = 60_000

const timingOf = (body: ScheduleBody, anchorMs: number): Timing => ({
  expression: body.ScheduleExpression,
  zone: body.ScheduleExpressionTimezone ?? 'UTC',
  startMs: body.StartDate === undefined ? anchorMs : body.StartDate * 1000,
  endMs: body.EndDate === undefined ? undefined : body.EndDate * 1000,
})

const bodyOf = (row: ScheduleRow): ScheduleBody => JSON.parse(row.body) as ScheduleBody

export const createScheduler = ({ database, meter, start, deadLetter, log }: SchedulerParts): Scheduler => {
  const store = createScheduleStore(database)
  const underWay = new Set<number>()
  let timer: Timer | undefined
  let running = false

  const arm = (): void => {
    timer?.cancel()
    const at = running ? store.earliest() : undefined
    // Never more often than once in a while: a firing under way stays due until it is done.
    if (at !== undefined) timer = after(Math.max(at - Date.now(), underWay.size > 0 ? 50 : 0), tick)
  }

  const giveUp = async (firing: FiringRow, target: Target, error: Error): Promise<void> => {
    log(
      `Schedule ${firing.name}, due ${scheduledTimeOf(firing.scheduledAt)}, is not delivered: ${error.name}: ${error.message}`,
    )
    const queue = target.DeadLetterConfig?.Arn
    if (!queue) return
    await deadLetter(target.RoleArn, queue, target.Input ?? '{}', {
      ERROR_CODE: error.name,
      ERROR_MESSAGE: error.message,
      SCHEDULED_TIME: scheduledTimeOf(firing.scheduledAt),
      SCHEDULE_NAME: firing.name,
    }).catch((failed: Error) => log(`Its dead letter was refused too: ${failed.message}`))
  }

  const attempt = async (firing: FiringRow): Promise<void> => {
    const target = JSON.parse(firing.target) as Target
    const { MaximumEventAgeInSeconds = dayInSeconds, MaximumRetryAttempts = 185 } = target.RetryPolicy ?? {}
    const lastMs = firing.scheduledAt + MaximumEventAgeInSeconds * 1000
    if (Date.now() > lastMs) {
      await giveUp(
        firing,
        target,
        new ServiceError('MaximumEventAgeExceeded', 'It was too old before it could be delivered.'),
      )
      store.done(firing.id)
      return
    }
    try {
      meter.count('schedulerInvocations')
      const { groupName, name, scheduledAt } = firing
      await deliver({ groupName, name, target, scheduledAt, attempt: firing.attempts + 1 }, start)
      store.done(firing.id)
    } catch (error) {
      const again = Date.now() + Math.min(60_000, 1000 * 2 ** firing.attempts)
      if (isRetryable(error) && firing.attempts < MaximumRetryAttempts && again <= lastMs) store.retry(firing.id, again)
      else {
        await giveUp(firing, target, error as Error)
        store.done(firing.id)
      }
    }
  }

  const tick = (): void => {
    const now = Date.now()
    for (const row of store.due(now)) {
      const body = bodyOf(row)
      const next = nextFiring(timingOf(body, row.modifiedAt), row.nextAt ?? now)
      const finished = next === undefined && body.ActionAfterCompletion === 'DELETE'
      store.fire(row, JSON.stringify(body.Target), next ?? null, finished)
    }
    for (const firing of store.dueFirings(now)) {
      if (underWay.has(firing.id)) continue
      underWay.add(firing.id)
      attempt(firing)
        .catch((error: Error) => log(`A firing of ${firing.name} failed in the laptop cloud itself: ${error.stack}`))
        .finally(() => {
          underWay.delete(firing.id)
          if (running) arm()
        })
    }
    arm()
  }

  const named = (name: string, group?: string): ScheduleRow => {
    const found = store.list().filter((row) => row.name === name && (group === undefined || row.groupName === group))
    if (found.length !== 1 || !found[0])
      throw new Error(`${found.length === 0 ? 'No schedule' : 'More than one schedule'} is called "${name}".`)
    return found[0]
  }

  return {
    store,
    put: (body, created) => {
      const now = Date.now()
      const timing = timingOf(body, now)
      const from = isOneTime(body.ScheduleExpression) ? now - justMissedMs : now - 1
      const nextAt = body.State === 'DISABLED' ? undefined : nextFiring(timing, from)
      store.put({
        groupName: body.GroupName,
        name: body.Name,
        body: JSON.stringify(body),
        createdAt: created ?? now,
        modifiedAt: now,
        nextAt: nextAt ?? null,
      })
      arm()
    },
    remove: (group, name) => {
      const removed = store.remove(group, name)
      arm()
      return removed
    },
    fire: async (name, { times = 1, scheduledTime, group } = {}) => {
      const row = named(name, group)
      const body = bodyOf(row)
      const oneTime = isOneTime(body.ScheduleExpression)
        ? nextFiring(timingOf(body, row.modifiedAt), Number.MIN_SAFE_INTEGER)
        : undefined
      const scheduledAt = scheduledTime ? Date.parse(scheduledTime) : (row.nextAt ?? oneTime ?? Date.now())
      const delivery = { groupName: row.groupName, name, target: body.Target, scheduledAt, attempt: 1 }
      meter.count('schedulerInvocations', times)
      return Promise.all(Array.from({ length: times }, () => deliver(delivery, start)))
    },
    forget: (name) => {
      const row = named(name)
      store.remove(row.groupName, row.name)
      arm()
    },
    list: () =>
      store.list().map((row) => ({
        group: row.groupName,
        name: row.name,
        state: bodyOf(row).State ?? 'ENABLED',
        ...(row.nextAt !== null && { nextAt: new Date(row.nextAt).toISOString() }),
      })),
    begin: () => {
      running = true
      arm()
    },
    stop: () => {
      running = false
      timer?.cancel()
    },
  }
}
