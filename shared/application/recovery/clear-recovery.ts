import type { Asset } from '#domain/assets/asset.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { RecoveryId, WorkspaceId } from '#domain/ids.ts'
import type { OpenRecovery, Recovery } from '#domain/recovery/recovery.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { quarantineChanges } from '../reservations/release-quarantine.ts'
import { backfill } from '../schedules/backfill.ts'
import { changeAndArm } from '../schedules/change-and-arm.ts'
import { restarted } from '../schedules/restart-schedule.ts'
import type { Change, World } from '../world.ts'
import { type ClearNote, clearedChanges } from './cleared-changes.ts'

export type ClearWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'workflows'>

/** Whoever acts on a recovery, and what they found. */
export type Clearing = ClearNote & {
  readonly workspaceId: WorkspaceId
  readonly id: RecoveryId
  /** What becomes of the claim in quarantine: given back, or kept until somebody releases it by itself. */
  readonly quarantine: 'release' | 'keep'
}

/** @throws Refusal `not_found`, `invalid_state` (cleared already) */
export const openRecovery = async (
  { workspaceId, id }: { readonly workspaceId: WorkspaceId; readonly id: RecoveryId },
  world: Pick<World, 'store'>,
): Promise<OpenRecovery> => {
  const recovery = await world.store.get('recovery', { workspaceId, id })
  if (!recovery) throw notFound('recovery', id)
  if (recovery.status === 'cleared')
    throw new Refusal(
      'invalid_state',
      `Recovery ${id} was cleared at ${recovery.clearedAt} by ${recovery.clearedBy} (${recovery.clearNote}).`,
      { current: recovery },
    )
  return recovery
}

/** Assets that were put into recovery by it, and are so still. */
const assetsBack = async (
  { workspaceId, holds }: OpenRecovery,
  { actor, note }: Clearing,
  world: ClearWorld,
): Promise<Change[]> => {
  const found = await world.store.getMany(
    'asset',
    holds.assets.map((id) => ({ workspaceId, id })),
  )
  return found.flatMap((asset): Change[] => {
    if (asset?.status !== 'recovery') return []
    const { statusNote: _note, ...rest } = asset
    const stamp = touched(actor, world)
    const after: Asset = {
      ...rest,
      status: 'available',
      statusBy: stamp.updatedBy,
      statusAt: stamp.updatedAt,
      ...stamp,
      version: asset.version + 1,
    }
    return [
      { type: 'put', kind: 'asset', value: after, expect: asset.version },
      auditOf(world, {
        workspaceId,
        subject: asset.id,
        action: 'asset.available',
        actor,
        before: asset,
        after,
        note,
        tellsBefore: true,
      }),
    ]
  })
}

const workspaceBack = async (
  recovery: OpenRecovery,
  { actor, note }: Clearing,
  world: ClearWorld,
): Promise<Change[]> => {
  if (!recovery.holds.workspace) return []
  const { workspaceId } = recovery
  const workspace = await world.store.get('workspace', { id: workspaceId })
  if (workspace?.hold?.recoveryId !== recovery.id) return []
  const { hold: _hold, ...rest } = workspace
  const after = { ...rest, version: workspace.version + 1 }
  return [
    { type: 'put', kind: 'workspace', value: after, expect: workspace.version },
    auditOf(world, {
      workspaceId,
      subject: workspaceId,
      action: 'workspace.lifted',
      actor,
      before: workspace,
      after,
      note,
    }),
  ]
}

/** Everything but the schedule, and what else belongs into the transaction. */
const changesOf = async (
  of: Clearing,
  recovery: OpenRecovery,
  more: readonly Change[],
  world: ClearWorld,
): Promise<{ changes: Change[]; after: Recovery }> => {
  const { changes, after } = clearedChanges(recovery, of, world)
  const quarantine =
    of.quarantine === 'release' && recovery.holds.quarantine
      ? await quarantineChanges({ ...of, reservationId: recovery.holds.quarantine }, world)
      : []
  return {
    after,
    changes: [
      ...changes,
      ...quarantine,
      ...(await assetsBack(recovery, of, world)),
      ...(await workspaceBack(recovery, of, world)),
      ...more,
    ],
  }
}

/** The schedule that starts again with it: one that is in recovery, and that no other recovery keeps there. */
const scheduleOf = async (recovery: OpenRecovery, world: ClearWorld): Promise<Schedule | undefined> => {
  const { workspaceId, scheduleId } = recovery
  if (scheduleId === undefined) return undefined
  const [schedule, open] = await Promise.all([
    world.store.get('schedule', { workspaceId, id: scheduleId }),
    world.store.openRecoveries(workspaceId, { limit: 100 }),
  ])
  const others = open.items.some((other) => other.scheduleId === scheduleId && other.id !== recovery.id)
  return schedule?.status === 'recovery' && !others ? schedule : undefined
}

/**
 * A person has looked and says that it may run again: the recovery is over, and what it held is given back, in one transaction.
 * `more`: what else belongs into it.
 * @throws Refusal `not_found`, `invalid_state` (cleared already; the agent may still begin with the uncertain command)
 */
export const clear = async (of: Clearing, world: ClearWorld, more: readonly Change[] = []): Promise<Recovery> => {
  const schedule = await scheduleOf(await openRecovery(of, world), world)
  if (!schedule)
    return transact(world, async () => {
      const { changes, after } = await changesOf(of, await openRecovery(of, world), more, world)
      return { changes, result: after }
    })
  let cleared: Recovery | undefined
  await changeAndArm(
    {
      workspaceId: of.workspaceId,
      id: schedule.id,
      actor: of.actor,
      version: 'any',
      action: 'schedule.recovered',
      note: of.note,
      // A new object even where somebody else has recovered it meanwhile, so that the rest is done all the same.
      change: (current) => (current.status === 'recovery' ? restarted(current, world) : { ...current }),
      more: async () => {
        const { changes, after } = await changesOf(of, await openRecovery(of, world), more, world)
        cleared = after
        return changes
      },
    },
    world,
  )
  return cleared ?? openRecovery(of, world)
}

/** The same by a person, who also says what becomes of the times that passed meanwhile. */
export const clearRecovery = async (
  of: Clearing & { readonly missed: 'skip' | 'make-up' },
  world: ClearWorld,
): Promise<Recovery> => {
  const cleared = await clear(of, world)
  const { scheduleId, workspaceId, since } = cleared
  if (of.missed === 'make-up' && scheduleId !== undefined) {
    const to = instantOf(world.clock.now())
    await backfill(
      { workspaceId, id: scheduleId, actor: of.actor, from: since, to, order: 'one-by-one', dryRun: false },
      world,
    )
  }
  return cleared
}
