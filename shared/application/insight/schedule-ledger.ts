import { type AuditEntry, foldEntries } from '#domain/audit/entry.ts'
import { closedBy } from '#domain/calendars/calendar.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import { runIdOfBackfill, runIdOfFiring, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import type { LedgerRow } from '#domain/schedules/ledger-row.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { wallAt } from '#domain/zone.ts'
import { closedFor } from '../calendars/closed-for.ts'
import type { World } from '../world.ts'
import { fateOfRun, fateWithout, keptFrom, longestMs, runsBetween, standingFor } from './fate-of-time.ts'
import { entriesOf } from './versions.ts'

export type LedgerPage = {
  items: LedgerRow[] /** There are more; ask again from the last time on. */
  truncated: boolean
}

/** A version of the schedule, and until when it was in force. */
type Span = { readonly schedule: Schedule; readonly fromMs: number; readonly toMs: number }

/** The versions that were in force between two moments, from the history. What changed nothing of the times is one span. */
const spansOf = async (
  of: { readonly workspaceId: WorkspaceId; readonly id: ScheduleId },
  fromMs: number,
  toMs: number,
  world: Pick<World, 'store'>,
): Promise<Span[]> => {
  const entries: AuditEntry[] = []
  const spans: { schedule: Schedule; fromMs: number }[] = []
  for await (const entry of entriesOf(of, world)) {
    entries.push(entry)
    if (msOf(entry.at) > toMs) break
    const schedule = foldEntries(entries) as unknown as Schedule
    // A schedule that was deleted for good folds to nothing.
    if (schedule.rule === undefined) continue
    spans.push({ schedule, fromMs: msOf(entry.at) })
    entries.splice(0, entries.length, { ...entry, changes: schedule as never })
  }
  return spans
    .map((span, index) => ({ ...span, toMs: spans[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY }))
    .filter((span) => span.toMs > fromMs)
}

/** The times of the rule alone; what takes some of them out is told in their rows. */
const slotsIn = ({ schedule, fromMs, toMs }: Span, from: number, to: number, limit: number): number[] => {
  const begin = Math.max(from, fromMs) - 1
  const window = { ...windowOf(schedule), exclusions: [], closures: [], skips: [], moves: [] }
  const end = Math.min(to, toMs - 1, window.endMs ?? to)
  const regular = timesAfter(schedule.rule, begin, { ...window, endMs: end })
    .take(limit)
    .toArray()
  const moved = (schedule.moves ?? []).map(({ to: at }) => msOf(at)).filter((ms) => ms > begin && ms <= end)
  return [...new Set([...regular, ...moved])].sort((a, b) => a - b)
}

/**
 * Expected against actual: one row for each nominal time between two moments, by the version of the schedule that was in force
 * then, with what became of it. Answered from recorded facts alone.
 * @throws Refusal `not_found`, `invalid` (an empty range, or more than a year)
 */
export const scheduleLedger = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: ScheduleId
    readonly from: string
    readonly to: string
    readonly limit: number
  },
  world: Pick<World, 'store' | 'clock'>,
): Promise<LedgerPage> => {
  const { workspaceId, id, limit } = input
  const [fromMs, toMs, nowMs] = [msOf(input.from), msOf(input.to), world.clock.now()]
  if (!(toMs > fromMs && toMs - fromMs <= longestMs))
    throw new Refusal(
      'invalid',
      `The range must end after it starts and span at most a year; it is ${input.from} to ${input.to}.`,
      {
        reasons: [{ code: 'bad-window', message: 'empty, or longer than a year', path: '/query/to' }],
      },
    )
  const spans = await spansOf({ workspaceId, id }, fromMs, toMs, world)
  const last = spans.at(-1)
  if (!last && !(await world.store.get('schedule', { workspaceId, id }))) throw notFound('schedule', id)
  const slots = spans.flatMap((span) => slotsIn(span, fromMs, toMs, limit + 1).map((ms) => ({ ms, ...span })))
  const shown = slots.slice(0, limit)
  const runs = await runsBetween(workspaceId, id, fromMs, Math.max(toMs, fromMs), world)
  const byId = new Map(runs.map((run) => [run.id, run]))
  const later = [...runs, ...(await runsBetween(workspaceId, id, toMs, toMs + longestMs, world))]
  const keptFromMs = await keptFrom(workspaceId, world)
  const closed = last ? await closedFor(last.schedule, world) : closedBy([])
  const items = shown.map(({ ms, schedule }): LedgerRow => {
    const about = {
      at: instantOf(ms),
      local: `${new Date(wallAt(schedule.timeZone, ms)).toISOString().slice(0, 19)} ${schedule.timeZone}`,
      scheduleVersion: schedule.version,
    }
    const run = byId.get(runIdOfBackfill(id, ms)) ?? byId.get(runIdOfFiring(id, ms))
    if (run) return { ...about, ...fateOfRun(run, ms) }
    const fate = fateWithout(schedule, ms, { closed, keptFromMs, nowMs })
    if (fate.fate !== 'missed') return { ...about, ...fate }
    const standsFor = standingFor(later, ms)
    return standsFor
      ? { ...about, fate: 'coalesced', runId: standsFor.id, message: `Run ${standsFor.id} stands for it.` }
      : { ...about, ...fate }
  })
  return { items, truncated: slots.length > limit }
}
