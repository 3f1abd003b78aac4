import type { Actor } from '#domain/audit/entry.ts'
import type { PlanId, SlotId, SnapshotId, WorkspaceId } from '#domain/ids.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { partIdOf, slotsPerPart } from '#domain/plans/parts.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { type Snapshot, snapshotSlotsOf } from '#domain/plans/snapshot.ts'
import { auditOf } from '../common/audit.ts'
import { made, touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { liveSlots } from './live-slots.ts'

type SnapshotWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** Slots made so late that the index by start may not tell of them yet. */
const recentSlots = 100

/** Live slots, as many reads as pages of them and one more. */
export const standingSlots = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store'>,
): Promise<readonly Slot[]> => {
  const [live, recent] = await Promise.all([
    liveSlots(workspaceId, world),
    world.store.list('slot', workspaceId, { limit: recentSlots, newestFirst: true }),
  ])
  const all = new Map<SlotId, Slot>([...live, ...recent.items.filter(isLiveSlot)].map((slot) => [slot.id, slot]))
  return [...all.values()].toSorted((a, b) => (a.start < b.start || (a.start === b.start && a.id < b.id) ? -1 : 1))
}

/**
 * Writes down how the slots stand. Nobody is told of the snapshot before `takenChanges` are committed; what dies before is
 * forgotten by the next clean-up.
 */
export const prepareSnapshot = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly revision: number
    readonly name: string
    readonly planId?: PlanId | undefined
  },
  world: SnapshotWorld,
): Promise<Snapshot> => {
  const { workspaceId, actor, revision, name, planId } = of
  const slots = snapshotSlotsOf(await standingSlots(workspaceId, world))
  const id: SnapshotId = `snp_${world.ids.unique()}`
  const snapshot: Snapshot = {
    workspaceId,
    id,
    state: 'taking',
    revision,
    name,
    ...(planId !== undefined && { planId }),
    slots: slots.length,
    parts: Math.ceil(slots.length / slotsPerPart),
    ...made(actor, world),
  }
  // Itself first: what dies on the way is found by it.
  await world.store.commit([{ type: 'put', kind: 'snapshot', value: snapshot, expect: 'absent' }])
  for (let part = 0; part < snapshot.parts; part++) {
    const some = slots.slice(part * slotsPerPart, (part + 1) * slotsPerPart)
    const value = { workspaceId, id: partIdOf(id, part), slots: some, version: 1 }
    await world.store.commit([{ type: 'put', kind: 'snapshotPart', value, expect: 'absent' }])
  }
  return snapshot
}

/** From now on it is one. */
export const takenChanges = (
  before: Snapshot,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): { readonly changes: readonly Change[]; readonly snapshot: Snapshot } => {
  const snapshot: Snapshot = { ...before, state: 'taken', ...touched(actor, world), version: before.version + 1 }
  const { workspaceId, id: subject } = snapshot
  return {
    changes: [
      { type: 'put', kind: 'snapshot', value: snapshot, expect: before.version },
      auditOf(world, { workspaceId, subject, action: 'snapshot.taken', actor, after: snapshot }),
    ],
    snapshot,
  }
}

/** Takes a snapshot because a person wants one; of one revision, whoever commits meanwhile. @throws Refusal `contended` */
export const takeSnapshot = (
  of: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly name: string },
  world: SnapshotWorld,
): Promise<Snapshot> =>
  transact<Snapshot>(world, async () => {
    const { workspaceId, actor, name } = of
    const revision = await world.store.get('revision', { workspaceId })
    const version = revision?.version ?? 0
    const prepared = await prepareSnapshot({ workspaceId, actor, revision: version, name }, world)
    const { changes, snapshot } = takenChanges(prepared, actor, world)
    const same: Change[] = revision
      ? [{ type: 'check', kind: 'revision', key: { workspaceId }, expect: revision.version }]
      : []
    return { changes: [...changes, ...same], result: snapshot }
  })
