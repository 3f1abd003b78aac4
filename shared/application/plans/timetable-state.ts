import { Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { freezeMinutes, isLiveSlot } from '#domain/plans/live-slot.ts'
import type { Slot, SlotStatus } from '#domain/plans/slot.ts'
import { dayMs, instantOf, minutes, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

/** Slots that are counted at most. */
const most = 20_000

/** The span that is asked for; the next seven days where nothing is said. */
export const spanAsked = (
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
) => {
  const start = from ?? instantOf(nowMs)
  const end = to ?? instantOf(msOf(start) + 7 * dayMs)
  if (end < start)
    throw new Refusal('invalid', '`to` must not be before `from`.', {
      reasons: [{ code: 'empty-interval', message: '`to` is before `from`', path: '/to' }],
    })
  return { from: start, to: end }
}

/** How the slots of a workspace stand within a span. */
export const timetableState = async (
  of: { readonly workspaceId: WorkspaceId; readonly from?: string | undefined; readonly to?: string | undefined },
  world: Pick<World, 'store' | 'clock'>,
) => {
  const { workspaceId } = of
  const nowMs = world.clock.now()
  const span = spanAsked(of, nowMs)
  const revision = await world.store.get('revision', { workspaceId })
  const slots: Slot[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.slotsByStart(workspaceId, { limit: 100, cursor }, span)
    slots.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && slots.length < most)
  const byStatus: Partial<Record<SlotStatus, number>> = {}
  const byAsset = new Map<AssetId, { slots: number; minutes: number }>()
  for (const slot of slots) {
    byStatus[slot.status] = (byStatus[slot.status] ?? 0) + 1
    if (!isLiveSlot(slot) && slot.status !== 'completed') continue
    for (const { assetId } of slot.assets) {
      const sum = byAsset.get(assetId) ?? { slots: 0, minutes: 0 }
      const lasts = Math.round((msOf(slot.end) - msOf(slot.start)) / 60_000)
      byAsset.set(assetId, { slots: sum.slots + 1, minutes: sum.minutes + lasts })
    }
  }
  return {
    revision: revision?.version ?? 0,
    ...(revision && { changedAt: revision.at, changedBecause: revision.because }),
    ...span,
    freezeUntil: instantOf(nowMs + minutes(freezeMinutes)),
    slots: slots.length,
    byStatus,
    byAsset: [...byAsset]
      .map(([assetId, sum]) => ({ assetId, ...sum }))
      .toSorted((a, b) => (a.assetId < b.assetId ? -1 : 1)),
  }
}
