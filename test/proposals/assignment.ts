/** Assignments as they are stored, without planning any. */
import { storeDraft } from '#application/plans/store-draft.ts'
import type { World } from '#application/world.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'

const hour = 3_600_000

/** An item of an hour on one asset, unless it says otherwise. */
export const proposed = (orderId: string, assetId: string, start: string, more: Partial<PlanItem> = {}): PlanItem => ({
  orderId: orderId as OrderId,
  state: 'proposed',
  assets: [{ assetId: assetId as 'ast_a', units: 1 }],
  start,
  end: instantOf(Date.parse(start) + hour),
  value: 100,
  transitionMinutes: 0,
  slackMinutes: 0,
  assigned: { because: ['free then'], score: 3, wave: 'rest' },
  ...more,
})

/** Stores an assignment as a planning run would. */
export const storeAssignment = async (
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  workspaceId: WorkspaceId,
  { items, leftOut = [] }: { readonly items: readonly PlanItem[]; readonly leftOut?: readonly LeftOut[] },
): Promise<Plan> => {
  const nowMs = world.clock.now()
  const at = instantOf(nowMs)
  const revision = (await world.store.get('revision', { workspaceId }))?.version ?? 0
  const counts = { orders: items.length + leftOut.length, planned: items.length, leftOut: leftOut.length }
  const moved = items.filter(({ slotId }) => slotId).length
  const dropped = leftOut.filter(({ slotId }) => slotId).length
  return storeDraft(
    {
      workspaceId,
      id: `pln_${world.ids.unique()}`,
      name: 'Every night',
      status: 'candidate',
      mode: 'reshuffle',
      modeReason: 'asked for',
      algorithm: 'assignment',
      seed: 1,
      iterations: 0,
      from: at,
      to: instantOf(nowMs + 21 * 24 * hour),
      freezeUntil: at,
      inputHash: 'by hand',
      software: 'test',
      revision,
      objective: 'most-priority',
      changes: { kept: 0, moved, dropped, added: items.length - moved, valueBefore: 0, valueAfter: 0 },
      score: 0,
      metrics: { ...counts, value: 0, valueOfAll: 0, busyMinutes: 0, transitionMinutes: 0, terms: {} },
      version: 1,
      createdAt: at,
      createdBy: 'system:planner',
      updatedAt: at,
      updatedBy: 'system:planner',
    },
    { items, leftOut },
    { kind: 'system', part: 'planner' },
    world,
  )
}
