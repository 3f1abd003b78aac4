import { fingerprint } from '#domain/fingerprint.ts'
import { defaultHoldAheadDays, type Holding, mostHolds } from '#domain/holds/holding.ts'
import type { AssetId, ConflictId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { dayMs, hours, instantOf, minutes, msOf } from '#domain/time.ts'
import { closedFor } from '../calendars/closed-for.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { resolvedChanges } from '../conflicts/settle-conflicts.ts'
import { cancelChanges } from '../reservations/cancel-changes.ts'
import { type Predicted, predictedTimes } from '../schedules/predicted-times.ts'
import { actor, freeTime, type HoldWorld, holdIdOf, holdTime } from './hold-time.ts'

/** Something that is held is looked at again after so long, whatever happened: protocols and calendars change without telling. */
const againMs = hours(6)
/** What could not be held is tried again so soon. */
const refusedMs = minutes(10)

/** The times that a schedule holds its assets for now, and when the next one comes within its reach. */
const wantedTimes = async (schedule: Schedule | undefined, world: HoldWorld) => {
  const days = schedule?.holdAheadDays ?? defaultHoldAheadDays
  if (!schedule || days === 0) return { times: [], nextMs: undefined }
  const nowMs = world.clock.now()
  const closed = await closedFor(schedule, world)
  const times: Predicted[] = []
  let nextMs: number | undefined
  for (const at of predictedTimes(schedule, nowMs, closed)) {
    if (at.startMs > nowMs + days * dayMs) nextMs = at.startMs - days * dayMs
    // When one of those that are held has been used, there is room for another.
    else if (times.length === mostHolds) nextMs = times[0]?.startMs
    if (nextMs !== undefined) break
    times.push(at)
  }
  return { times, nextMs }
}

const askedBy = ({ requirements, expectedDurationSeconds, setup }: Protocol, { jitterSeconds }: Schedule): string =>
  fingerprint([requirements, expectedDurationSeconds, setup ?? null, jitterSeconds ?? null])

const resolveGone = async (workspaceId: WorkspaceId, id: ConflictId, world: HoldWorld): Promise<void> => {
  const conflict = await world.store.get('conflict', { workspaceId, id })
  if (conflict?.status !== 'open') return
  const note = 'It is held now, or not wanted any more.'
  await world.store.commit(resolvedChanges(conflict, { kind: 'gone', note }, actor, world).changes)
}

export type HeldAhead = {
  readonly held: number
  readonly freed: number
  readonly refused: number
  readonly freedAssets: readonly AssetId[]
}

/**
 * Makes what is held ahead be what a schedule wants held: times that are not due any more are given back, new ones are held as
 * far ahead as it says. Late, twice or beside another it comes to the same.
 */
export const holdAhead = async (
  { workspaceId, scheduleId }: { readonly workspaceId: WorkspaceId; readonly scheduleId: ScheduleId },
  world: HoldWorld,
): Promise<HeldAhead> => {
  const nowMs = world.clock.now()
  const [schedule, holding] = await Promise.all([
    world.store.get('schedule', { workspaceId, id: scheduleId }),
    world.store.get('holding', { workspaceId, scheduleId }),
  ])
  const protocol = schedule && (await world.store.get('protocol', { workspaceId, id: schedule.protocolId }))
  const { times, nextMs } = protocol ? await wantedTimes(schedule, world) : { times: [], nextMs: undefined }
  const asked = schedule && protocol ? askedBy(protocol, schedule) : ''
  const changed = holding !== undefined && holding.asked !== asked
  const wanted = new Map(times.map((at) => [instantOf(at.dueMs), at]))
  const before = holding?.times ?? []

  let [held, freed, refused] = [0, 0, 0]
  const freedAssets = new Set<AssetId>()
  for (const { at, reservationId, conflictId } of before) {
    const moved = schedule && wanted.get(at) === undefined
    // What is due by now belongs to its run.
    if (msOf(at) <= nowMs && schedule && !changed) continue
    if (!changed && !moved && schedule) continue
    const because = { actor, note: 'It is not due at this time any more.', because: 'recurrence' } as const
    const given = await freeTime(
      { workspaceId },
      reservationId,
      (current) => cancelChanges(current, because, world),
      world,
    )
    for (const { assetId } of given?.assets ?? []) freedAssets.add(assetId)
    if (given) freed += 1
    if (conflictId) await resolveGone(workspaceId, conflictId, world)
  }
  const kept: Holding['times'][number][] = []
  for (const [at, time] of wanted) {
    const old = before.find((one) => one.at === at)
    const reservationId = schedule ? holdIdOf(schedule, time) : old?.reservationId
    if (!schedule || !protocol || !reservationId) continue
    if (old && !old.conflictId && !changed) {
      kept.push(old)
      continue
    }
    // Fifty times that cannot be had for one reason are told of once; the list of conflicts has them all.
    const { conflictId } = await holdTime(schedule, protocol, time, world, refused === 0)
    if (conflictId) refused += 1
    else held += 1
    if (old?.conflictId && !conflictId) await resolveGone(workspaceId, old.conflictId, world)
    kept.push({ at, reservationId, ...(conflictId && { conflictId }) })
  }
  const dueMs = Math.min(nextMs ?? nowMs + againMs, refused > 0 ? nowMs + refusedMs : nowMs + againMs)
  const done = { held, freed, refused, freedAssets: [...freedAssets] }
  if (!holding && kept.length === 0 && nextMs === undefined) return done
  const value: Holding = {
    workspaceId,
    scheduleId,
    times: kept,
    asked,
    dueAt: instantOf(Math.max(dueMs, nowMs + minutes(1))),
    version: (holding?.version ?? 0) + 1,
  }
  const same = holding && !changed && JSON.stringify(holding.times) === JSON.stringify(kept)
  if (same && nowMs < msOf(holding.dueAt) && msOf(holding.dueAt) <= dueMs) return done
  const over = kept.length === 0 && nextMs === undefined
  // Where somebody else did this at the same time, theirs is as good; the next look finds what is missing.
  await world.store.commit(
    over && holding
      ? [{ type: 'remove', kind: 'holding', key: { workspaceId, scheduleId }, expect: holding.version }]
      : [{ type: 'put', kind: 'holding', value, expect: holding?.version ?? 'absent' }],
  )
  return done
}

/** Schedules that changed so long ago are looked at; twice is harmless. */
const changedMs = minutes(10)

/**
 * Holds ahead for every schedule that changed of late, whose next time has come within its reach, or that was not looked at for
 * long.
 */
export const holdAllAhead = async (
  workspaceId: WorkspaceId,
  world: HoldWorld,
  onFailure: OnFailure = () => undefined,
): Promise<HeldAhead & { readonly failed: number }> => {
  const nowMs = world.clock.now()
  const ids = new Set<ScheduleId>()
  let cursor: string | undefined
  do {
    const page = await world.store.changedSchedules(workspaceId, { limit: 100, cursor }, instantOf(nowMs - changedMs))
    for (const { id } of page.items) ids.add(id)
    cursor = page.next
  } while (cursor !== undefined)
  do {
    const page = await world.store.dueHoldings(workspaceId, { limit: 100, cursor }, instantOf(nowMs))
    for (const { scheduleId } of page.items) ids.add(scheduleId)
    cursor = page.next
  } while (cursor !== undefined)
  const total = { held: 0, freed: 0, refused: 0, failed: 0 }
  const freedAssets = new Set<AssetId>()
  for (const scheduleId of ids) {
    const done = await apart(scheduleId, () => holdAhead({ workspaceId, scheduleId }, world), onFailure)
    total.held += done?.held ?? 0
    total.freed += done?.freed ?? 0
    total.refused += done?.refused ?? 0
    total.failed += done ? 0 : 1
    for (const assetId of done?.freedAssets ?? []) freedAssets.add(assetId)
  }
  return { ...total, freedAssets: [...freedAssets] }
}
