import { planningRoutineIdSchema, type ScheduleId, scheduleIdSchema, type WorkspaceId } from '#domain/ids.ts'
import { instantOf, msOf, seconds } from '#domain/time.ts'
import type { TimetableEntry, World } from '../world.ts'
import { armedOf, settleArming } from './arm-schedule.ts'

type DriftWorld = Pick<World, 'store' | 'timetable' | 'clock'>

/** What one comparison of both sides found. Everything that it found it also repaired, unless `failed` counts it. */
export type Drift = {
  missing: number
  surplus: number
  different: number
  failed: number
  /** Ids of some of them, for a person who looks. */
  examples: string[]
}

const mostExamples = 20
/** An entry that was changed so much later than we wrote it was changed by somebody else. */
const toleranceMs = seconds(30)

type Expected = { readonly workspaceId: WorkspaceId; readonly settledMs: number; readonly carried: boolean }

/** Which entries should be there, by our table: those of schedules that fire and are settled. */
const expectedOf = async (workspaceId: WorkspaceId, world: DriftWorld): Promise<Map<ScheduleId, Expected>> => {
  const expected = new Map<ScheduleId, Expected>()
  let cursor: string | undefined
  do {
    const page = await world.store.list('schedule', workspaceId, { limit: 100, cursor })
    const armings = await world.store.getMany(
      'arming',
      page.items.map(({ id }) => ({ workspaceId, scheduleId: id })),
    )
    for (const [index, schedule] of page.items.entries()) {
      const arming = armings[index]
      // What is pending is settled by another part of the sweep.
      if (arming?.state !== 'settled' || !armedOf(schedule, world.clock.now())) continue
      const settledMs = arming.settledAt === undefined ? 0 : msOf(arming.settledAt)
      expected.set(schedule.id, { workspaceId, settledMs, carried: arming.carries !== undefined })
    }
    cursor = page.next
  } while (cursor !== undefined)
  return expected
}

const plain = ({ startAt: _start, ...entry }: TimetableEntry): string => JSON.stringify(Object.entries(entry).sort())

/** Whether an entry does not say what it should. When a rate begins depends on when it was written, so that is left out. */
const differs = async (id: ScheduleId, { workspaceId }: Expected, world: DriftWorld): Promise<boolean> => {
  const schedule = await world.store.get('schedule', { workspaceId, id })
  const wanted = armedOf(schedule, world.clock.now())
  const found = await world.timetable.read(id)
  return wanted !== undefined && (found === undefined || plain(found) !== plain(wanted.entry))
}

/**
 * Compares the entries at EventBridge Scheduler with the schedules of all workspaces, and repairs what differs: entries that
 * are missing are written, entries that nothing wants are removed, entries that somebody changed are put right.
 * @returns by workspace; entries of no known workspace under ''
 */
export const sweepDrift = async (
  workspaces: readonly WorkspaceId[],
  world: DriftWorld,
): Promise<ReadonlyMap<WorkspaceId | '', Drift>> => {
  const drifts = new Map<WorkspaceId | '', Drift>()
  const driftOf = (workspaceId: WorkspaceId | ''): Drift => {
    const drift = drifts.get(workspaceId) ?? { missing: 0, surplus: 0, different: 0, failed: 0, examples: [] }
    drifts.set(workspaceId, drift)
    return drift
  }
  const expected = new Map<ScheduleId, Expected>()
  for (const workspaceId of workspaces) {
    driftOf(workspaceId)
    for (const [id, about] of await expectedOf(workspaceId, world)) expected.set(id, about)
  }
  const note = (workspaceId: WorkspaceId | '', what: 'missing' | 'surplus' | 'different', id: string): void => {
    const drift = driftOf(workspaceId)
    drift[what] += 1
    if (drift.examples.length < mostExamples) drift.examples.push(`${what}: ${id}`)
  }
  const repair = async (workspaceId: WorkspaceId | '', mend: () => Promise<unknown>): Promise<void> => {
    await mend().catch(() => {
      driftOf(workspaceId).failed += 1
    })
  }
  const there = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await world.timetable.list(cursor)
    for (const { name, changedAt } of page.items) {
      // Those are written anew each hour.
      if (planningRoutineIdSchema.safeParse(name).success) continue
      there.add(name)
      const id = scheduleIdSchema.safeParse(name).data
      const about = id && expected.get(id)
      if (about) {
        if (msOf(changedAt) <= about.settledMs + toleranceMs || !(await differs(id, about, world))) continue
        note(about.workspaceId, 'different', name)
        await repair(about.workspaceId, () => settleAgain(about.workspaceId, id, world))
        continue
      }
      const workspaceId = await ownerOf(name, world)
      // Made, or changed, since our side was read: its own settling is under way.
      const fresh = workspaceId && id && (await world.store.get('arming', { workspaceId, scheduleId: id }))
      if (
        fresh &&
        (fresh.state === 'pending' ||
          armedOf(await world.store.get('schedule', { workspaceId, id }), world.clock.now()))
      )
        continue
      note(workspaceId ?? '', 'surplus', name)
      await repair(workspaceId ?? '', () => world.timetable.remove(name as ScheduleId))
    }
    cursor = page.next
  } while (cursor !== undefined)
  for (const [id, { workspaceId }] of expected) {
    if (there.has(id)) continue
    note(workspaceId, 'missing', id)
    await repair(workspaceId, () => settleAgain(workspaceId, id, world))
  }
  await report(drifts, world)
  return drifts
}

const ownerOf = async (name: string, world: DriftWorld): Promise<WorkspaceId | undefined> =>
  (await world.timetable.read(name as ScheduleId))?.workspaceId

/** Writes the entry anew, as after a change of the schedule. */
const settleAgain = async (workspaceId: WorkspaceId, scheduleId: ScheduleId, world: DriftWorld): Promise<void> => {
  const arming = await world.store.get('arming', { workspaceId, scheduleId })
  if (!arming) return
  const value = { ...arming, state: 'pending' as const, version: arming.version + 1 }
  await world.store.commit([{ type: 'put', kind: 'arming', value, expect: arming.version }])
  await settleArming(workspaceId, scheduleId, world)
}

/** Kept for people: what was found last, by workspace. */
const report = async (drifts: ReadonlyMap<WorkspaceId | '', Drift>, world: DriftWorld): Promise<void> => {
  for (const [workspaceId, drift] of drifts) {
    if (workspaceId === '') continue
    const before = await world.store.get('driftReport', { workspaceId })
    const version = (before?.version ?? 0) + 1
    const value = { workspaceId, at: instantOf(world.clock.now()), ...drift, version }
    await world.store.commit([{ type: 'put', kind: 'driftReport', value, expect: before?.version ?? 'absent' }])
  }
}
