import type { Timetable, TimetableEntry } from '#application/world.ts'
import { Refusal } from '#domain/errors.ts'
import type { ScheduleId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { nextFiring } from '#local/services/scheduler/expression.ts'
import type { VirtualTime } from '../simulation/virtual-time.ts'

type Standing = { readonly entry: TimetableEntry; readonly changedAt: string; readonly cancel: () => void }

/** EventBridge Scheduler on virtual time. What is due while it is down is lost; a write may be refused. */
export const createVirtualTimetable = (of: {
  readonly time: VirtualTime
  readonly isDown: () => boolean
  /** Whether this write is refused, as when the service does not answer. */
  readonly refuses?: () => boolean
  readonly fire: (entry: TimetableEntry, scheduledTime: string) => void
}) => {
  const { time } = of
  const standing = new Map<ScheduleId, Standing>()
  const counts = { fired: 0, lost: 0, refused: 0, most: 0 }

  const arm = (entry: TimetableEntry, changedAt: string, afterMs: number, anchorMs: number): void => {
    const timing = {
      expression: entry.expression,
      zone: entry.timeZone,
      startMs: entry.startAt === undefined ? anchorMs : Date.parse(entry.startAt),
      endMs: entry.endAt === undefined ? undefined : Date.parse(entry.endAt),
    }
    const next = nextFiring(timing, afterMs)
    const cancel =
      next === undefined
        ? () => undefined
        : time.after(next - time.now(), () => {
            if (of.isDown()) counts.lost += 1
            else {
              counts.fired += 1
              of.fire(entry, instantOf(Math.floor(next / 1000) * 1000))
            }
            arm(entry, changedAt, next, anchorMs)
          })
    standing.set(entry.scheduleId, { entry, changedAt, cancel })
    counts.most = Math.max(counts.most, standing.size)
  }

  const refusals: { readonly scheduleId: ScheduleId; readonly at: number }[] = []
  const answering = (scheduleId: ScheduleId): void => {
    if (!of.refuses?.()) return
    counts.refused += 1
    refusals.push({ scheduleId, at: time.now() })
    throw new Refusal('unavailable', 'EventBridge Scheduler did not answer.')
  }

  const timetable: Timetable = {
    put: async (entry) => {
      answering(entry.scheduleId)
      standing.get(entry.scheduleId)?.cancel()
      const now = time.now()
      // As the real one: a one-time entry that has just passed fires at once.
      arm(entry, instantOf(now), entry.expression.startsWith('at(') ? now - 60_000 : now - 1, now)
    },
    remove: async (scheduleId) => {
      answering(scheduleId)
      standing.get(scheduleId)?.cancel()
      standing.delete(scheduleId)
    },
    read: async (scheduleId) => standing.get(scheduleId)?.entry,
    list: async () => ({ items: [...standing].map(([name, { changedAt }]) => ({ name, changedAt })) }),
  }
  return { timetable, standing, counts, refusals }
}
