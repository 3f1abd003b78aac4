import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import { type RunId, runIdOfBackfill, runIdOfFiring, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import { isLive } from '#domain/runs/live.ts'
import { mayRun } from '#domain/runs/may-run.ts'
import type { LiveRun, Run } from '#domain/runs/run.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { type Instant, instantOf, msOf } from '#domain/time.ts'
import { closedFor } from '../calendars/closed-for.ts'
import { backfillRun } from '../runs/open-run.ts'
import { runChange } from '../runs/record.ts'
import { startBuffered } from '../runs/start-buffered.ts'
import type { World } from '../world.ts'

export type BackfillInput = {
  readonly workspaceId: WorkspaceId
  readonly id: ScheduleId
  readonly actor: Actor
  /** Times after `from`, up to and with `to`. */
  readonly from: string
  readonly to: string
  /** One after the other in the order of their times, or all at once as far as the assets allow. */
  readonly order: 'one-by-one' | 'at-once'
  readonly dryRun: boolean
}

export type BackfillReport = {
  items: { at: Instant; result: 'started' | 'would-be-started' | 'has-run'; runId: RunId; message?: string }[]
}

type BackfillWorld = Pick<World, 'store' | 'clock' | 'ids' | 'workflows'>

export const mostFilled = 200
/** Runs recorded in one transaction, each with its history. */
const chunk = 40

type Slot = { readonly ms: number; readonly runId: RunId; readonly taken?: Run }

/** What a time has already: a run that was skipped never drove, so it may be filled in once, under an id of its own. */
const slotsOf = async (schedule: Schedule, fromMs: number, toMs: number, world: BackfillWorld): Promise<Slot[]> => {
  const { workspaceId, id, rule } = schedule
  const window = windowOf(schedule, await closedFor(schedule, world))
  const times = timesAfter(rule, fromMs, { ...window, endMs: Math.min(toMs, window.endMs ?? toMs) })
    .take(mostFilled + 1)
    .toArray()
  if (times.length > mostFilled)
    throw new Refusal(
      'limit_exceeded',
      `More than ${mostFilled} times lie in this range. Fill it in by parts: the first could end at ${instantOf(times[mostFilled - 1] ?? toMs)}.`,
    )
  const keys = (idOf: (schedule: ScheduleId, ms: number) => RunId) =>
    times.map((ms) => ({ workspaceId, id: idOf(id, ms) }))
  const runs = [...(await getAll(keys(runIdOfFiring), world)), ...(await getAll(keys(runIdOfBackfill), world))]
  return times.map((ms, index) => {
    const [first, again] = [runs[index], runs[times.length + index]]
    if (again) return { ms, runId: again.id, taken: again }
    if (!first) return { ms, runId: runIdOfFiring(id, ms) }
    if (!isLive(first) && first.outcome === 'skipped') return { ms, runId: runIdOfBackfill(id, ms) }
    return { ms, runId: first.id, taken: first }
  })
}

const getAll = async (
  keys: readonly { workspaceId: WorkspaceId; id: RunId }[],
  world: Pick<World, 'store'>,
): Promise<(Run | undefined)[]> => {
  const found: (Run | undefined)[] = []
  for (let at = 0; at < keys.length; at += 100)
    found.push(...(await world.store.getMany('run', keys.slice(at, at + 100))))
  return found
}

const toldOf = ({ ms, runId, taken }: Slot, fresh: 'started' | 'would-be-started'): BackfillReport['items'][number] =>
  taken
    ? {
        at: instantOf(ms),
        result: 'has-run',
        runId,
        message: isLive(taken) ? `Its run is ${taken.status}.` : `Its run ${taken.outcome}: ${taken.end.message}`,
      }
    : { at: instantOf(ms), result: fresh, runId }

/**
 * Fills in times of a schedule, past or future, for which nothing drove. A future time that was filled in does not fire any
 * more, because it has its run (I4). Done again it starts nothing more.
 * @throws Refusal `not_found`, `invalid` (range), `limit_exceeded`, `invalid_state` (the schedule, or its protocol, cannot run)
 */
export const backfill = async (input: BackfillInput, world: BackfillWorld): Promise<BackfillReport> => {
  const { workspaceId, id, actor, dryRun } = input
  const [fromMs, toMs] = [msOf(input.from), msOf(input.to)]
  if (toMs <= fromMs)
    throw new Refusal('invalid', `The range ends at ${input.to}, which is not after its start ${input.from}.`, {
      reasons: [{ code: 'empty-window', message: 'ends before it starts', path: '/to' }],
    })
  const schedule = await world.store.get('schedule', { workspaceId, id })
  if (!schedule) throw notFound('schedule', id)
  const protocol = await world.store.get('protocol', { workspaceId, id: schedule.protocolId })
  if (!mayRun(schedule, { kind: 'backfill' }) || protocol?.status !== 'active')
    throw new Refusal(
      'invalid_state',
      `Schedule "${schedule.name}" is ${schedule.status}, or its protocol is archived; nothing of it would start. Resume it first.`,
      { current: schedule },
    )
  const slots = await slotsOf(schedule, fromMs, toMs, world)
  if (dryRun) return { items: slots.map((slot) => toldOf(slot, 'would-be-started')) }
  const nowMs = world.clock.now()
  const open = slots.filter(({ taken }) => !taken)
  const runs: LiveRun[] = open.map(({ ms, runId }) =>
    backfillRun({ schedule, protocol, runId, slotMs: ms, subject: actorName(actor), order: input.order, nowMs }),
  )
  for (let at = 0; at < runs.length; at += chunk) {
    const part = runs.slice(at, at + chunk)
    const changes = part.flatMap((run) => runChange(world, undefined, run, 'run.requested', actor))
    if (!(await world.store.commit(changes)).committed)
      throw new Refusal(
        'contended',
        'Some of these times got their runs meanwhile. Ask again; nothing is started twice.',
      )
    // What is not started here, the sweeper starts.
    if (input.order === 'at-once')
      for (const run of part) await world.workflows.startRun(run.id, workspaceId, run.id).catch(() => undefined)
  }
  if (input.order === 'one-by-one') await startBuffered(workspaceId, id, world)
  return { items: slots.map((slot) => toldOf(slot, 'started')) }
}
