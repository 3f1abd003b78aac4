import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { SlotId, WorkspaceId } from '#domain/ids.ts'
import { standsFast } from '#domain/plans/rollback.ts'
import type { LockLevel, SlotStatus } from '#domain/plans/slot.ts'
import type { Deadline } from '../common/deadline.ts'
import type { World } from '../world.ts'
import { cancelSlot, lockSlot } from './change-slot.ts'

type SlotsWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>

/** What became of one of many. */
export type SlotOutcome = {
  readonly slotId: SlotId
  readonly outcome: 'done' | 'failed' | 'skipped-hard-locked' | 'skipped-frozen'
  readonly message?: string
}
export type SlotOutcomes = {
  readonly done: number
  readonly failed: number
  readonly skippedHardLocked: number
  readonly skippedFrozen: number
  readonly slots: readonly SlotOutcome[]
  /** There are more; asked again with it, that goes on. */
  readonly next?: string | undefined
}

const countsOf = (slots: readonly SlotOutcome[], next?: string): SlotOutcomes => {
  const count = (wanted: SlotOutcome['outcome']): number => slots.filter(({ outcome }) => outcome === wanted).length
  return {
    done: count('done'),
    failed: count('failed'),
    skippedHardLocked: count('skipped-hard-locked'),
    skippedFrozen: count('skipped-frozen'),
    slots,
    ...(next !== undefined && { next }),
  }
}

/** One after the other, each by itself; what is refused does not keep the others. */
const each = async (
  ids: readonly SlotId[],
  change: (id: SlotId) => Promise<SlotOutcome>,
  deadline: Deadline,
): Promise<SlotOutcome[]> => {
  const outcomes: SlotOutcome[] = []
  for (const slotId of new Set(ids)) {
    if (deadline()) {
      outcomes.push({ slotId, outcome: 'failed', message: 'The time of a request is over; ask again for this one.' })
      continue
    }
    outcomes.push(
      await change(slotId).catch((error: unknown): SlotOutcome => {
        if (error instanceof Refusal && error.code !== 'unavailable')
          return { slotId, outcome: 'failed', message: error.message }
        throw error
      }),
    )
  }
  return outcomes
}

/**
 * Says of many slots how firmly they stand: of those that are named, or of a hundred that start within a span, where they are in
 * one of the states that are asked for.
 */
export const lockSlots = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly lock: LockLevel
    readonly slotIds?: readonly SlotId[] | undefined
    readonly from?: string | undefined
    readonly to?: string | undefined
    readonly statuses: readonly SlotStatus[]
    readonly cursor?: string | undefined
  },
  world: SlotsWorld,
  deadline: Deadline,
): Promise<SlotOutcomes> => {
  const { workspaceId, actor, lock, slotIds, from, to, statuses, cursor } = of
  const page = slotIds ? undefined : await world.store.slotsByStart(workspaceId, { limit: 100, cursor }, { from, to })
  const ids = slotIds ?? page?.items.flatMap(({ id, status }) => (statuses.includes(status) ? [id] : [])) ?? []
  const locked = async (id: SlotId): Promise<SlotOutcome> => {
    await lockSlot({ workspaceId, id, actor, lock }, world)
    return { slotId: id, outcome: 'done' }
  }
  return countsOf(await each(ids, locked, deadline), page?.next)
}

/** Takes many slots back. What is locked or about to begin is skipped, unless by force; what cannot be taken back says why. */
export const cancelSlots = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly slotIds: readonly SlotId[]
    readonly reason: string
    readonly force?: string | undefined
  },
  world: SlotsWorld,
  deadline: Deadline,
): Promise<SlotOutcomes> => {
  const { workspaceId, actor, slotIds, reason, force } = of
  const cancelled = async (id: SlotId): Promise<SlotOutcome> => {
    const slot = force === undefined ? await world.store.get('slot', { workspaceId, id }) : undefined
    const isOver = slot === undefined || !isWaiting(slot.status)
    if (slot && !isOver) {
      if (slot.lock === 'hard' || slot.status === 'locked')
        return { slotId: id, outcome: 'skipped-hard-locked', message: 'It is locked; unlock it first, or use force.' }
      const fast = standsFast(slot, { nowMs: world.clock.now(), force: false })
      if (fast) return { slotId: id, outcome: 'skipped-frozen', message: fast.message }
    }
    await cancelSlot({ workspaceId, id, actor, reason, force }, world)
    return { slotId: id, outcome: 'done' }
  }
  return countsOf(await each(slotIds, cancelled, deadline))
}

/** Its run has not begun. */
const isWaiting = (status: SlotStatus): boolean =>
  status === 'tentative' || status === 'locked' || status === 'committed'
