import type { Asset } from '#domain/assets/asset.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import { type AssetId, recoveryIdOf } from '#domain/ids.ts'
import type { OpenRecovery } from '#domain/recovery/recovery.ts'
import { type ContinuationOption, mostFacts, type UncertainFact } from '#domain/recovery/uncertain.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import type { RecoveryNeed } from '#domain/runs/decide-end.ts'
import { driveOf, type LiveRun } from '#domain/runs/run.ts'
import { instantOf, msOf, seconds } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import type { Change, World } from '../world.ts'

type RecoveryWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** Once by its key: what the driver says of a thing is closer to it than what the protocol says. */
const factsOf = (run: LiveRun, need: RecoveryNeed): UncertainFact[] => {
  if (need.cause !== 'uncertain') return []
  const all = [...need.facts, ...(run.work.uncertainFacts ?? [])]
  return all.filter(({ key }, index) => all.findIndex((other) => other.key === key) === index).slice(0, mostFacts)
}

/** Giving up is always possible. */
const giveUp: ContinuationOption = { id: 'give-up', action: 'abort', title: 'Leave it; nothing is driven any more' }

const optionsOf = (need: RecoveryNeed): ContinuationOption[] => {
  if (need.cause !== 'uncertain') return []
  return need.options.some(({ action }) => action === 'abort') ? [...need.options] : [...need.options, giveUp]
}

export const assetToRecovery = (
  asset: Asset,
  note: string,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  const stamp = touched(actor, world)
  const after: Asset = {
    ...asset,
    status: 'recovery',
    statusNote: note.slice(0, 500),
    statusBy: stamp.updatedBy,
    statusAt: stamp.updatedAt,
    ...stamp,
    version: asset.version + 1,
  }
  const { workspaceId, id } = asset
  return [
    { type: 'put', kind: 'asset', value: after, expect: asset.version },
    auditOf(world, { workspaceId, subject: id, action: 'asset.recovery', actor, before: asset, after, note }),
  ]
}

/**
 * What a run leaves to a person, as part of the transaction that ends it: a recovery with everything that nobody knows, the
 * assets out of use where the settings ask for it, and the workspace held where it wants that.
 */
export const recoveryChanges = async (
  of: {
    readonly run: LiveRun
    readonly need: RecoveryNeed
    readonly message: string
    /** The schedule goes into recovery with it. */
    readonly schedule: boolean
    readonly quarantine: Reservation | undefined
    readonly actor: Actor
  },
  world: RecoveryWorld,
): Promise<Change[]> => {
  const { run, need, actor, quarantine } = of
  const { workspaceId } = run
  const id = recoveryIdOf(run.id)
  const assetIds: AssetId[] = (driveOf(run)?.assets ?? []).map(({ assetId }) => assetId)
  const [workspace, known, assets] = await Promise.all([
    world.store.get('workspace', { id: workspaceId }),
    world.store.get('recovery', { workspaceId, id }),
    run.recovery?.assets
      ? world.store.getMany(
          'asset',
          assetIds.map((assetId) => ({ workspaceId, id: assetId })),
        )
      : [],
  ])
  if (known) return []
  const nowMs = world.clock.now()
  const at = instantOf(nowMs)
  const note = `Run ${run.id}: ${of.message}`.slice(0, 1_000)
  const put = assets.flatMap((asset) => (asset?.status === 'available' ? [asset] : []))
  const options = optionsOf(need)
  const byItself = options.find(({ isDefault, timeoutSeconds }) => isDefault && timeoutSeconds !== undefined)
  const holdsWorkspace = workspace?.holdOnRecovery === true && workspace.hold === undefined
  const recovery: OpenRecovery = {
    workspaceId,
    id,
    status: 'open',
    cause: need.cause,
    note,
    since: at,
    by: run.abort ? actorName(run.abort.by) : actorName(actor),
    runId: run.id,
    ...(run.scheduleId !== undefined && { scheduleId: run.scheduleId }),
    assetIds,
    holds: {
      schedule: of.schedule,
      assets: put.map((asset) => asset.id),
      ...(quarantine && { quarantine: quarantine.id }),
      workspace: holdsWorkspace,
    },
    facts: factsOf(run, need),
    options,
    ...(byItself?.timeoutSeconds !== undefined && {
      decidesAt: instantOf(msOf(at) + seconds(byItself.timeoutSeconds)),
    }),
    version: 1,
  }
  const changes: Change[] = [
    { type: 'put', kind: 'recovery', value: recovery, expect: 'absent' },
    auditOf(world, { workspaceId, subject: id, action: 'recovery.required', actor, after: recovery, note }),
    ...put.flatMap((asset) => assetToRecovery(asset, note, actor, world)),
  ]
  if (workspace && holdsWorkspace) {
    const after = {
      ...workspace,
      hold: { note: note.slice(0, 500), since: at, by: actorName(actor), recoveryId: id },
      version: workspace.version + 1,
    }
    changes.push(
      { type: 'put', kind: 'workspace', value: after, expect: workspace.version },
      auditOf(world, {
        workspaceId,
        subject: workspaceId,
        action: 'workspace.held',
        actor,
        before: workspace,
        after,
        note,
      }),
    )
  }
  return changes
}
