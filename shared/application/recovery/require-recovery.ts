import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { AssetId, RecoveryId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { OpenRecovery, Recovery } from '#domain/recovery/recovery.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { type ArmWorld, changeAndArm } from '../schedules/change-and-arm.ts'
import { commonOf } from '../schedules/common-of.ts'
import type { Change } from '../world.ts'
import { assetToRecovery } from './open-recovery.ts'

/**
 * A person wants a schedule, an asset or both looked at before anything of them runs again.
 * @throws Refusal `not_found`, `invalid` (neither is named), `invalid_state` (not in a state from which it can go there)
 */
export const requireRecovery = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly scheduleId?: ScheduleId | undefined
    readonly assetId?: AssetId | undefined
    readonly note: string
  },
  world: ArmWorld,
): Promise<Recovery> => {
  const { workspaceId, actor, scheduleId, assetId, note } = of
  const asset = assetId && (await world.store.get('asset', { workspaceId, id: assetId }))
  if (assetId && !asset) throw notFound('asset', assetId)
  if (asset && asset.status !== 'available')
    throw new Refusal('invalid_state', `"${asset.name}" is ${asset.status}; nothing starts on it anyway.`, {
      current: asset,
    })
  const id: RecoveryId = `rcv_${world.ids.unique()}`
  const recovery: OpenRecovery = {
    workspaceId,
    id,
    status: 'open',
    cause: 'person',
    note,
    since: instantOf(world.clock.now()),
    by: actorName(actor),
    ...(scheduleId !== undefined && { scheduleId }),
    assetIds: asset ? [asset.id] : [],
    holds: { schedule: scheduleId !== undefined, assets: asset ? [asset.id] : [], workspace: false },
    facts: [],
    options: [],
    version: 1,
  }
  const changes: Change[] = [
    { type: 'put', kind: 'recovery', value: recovery, expect: 'absent' },
    auditOf(world, { workspaceId, subject: id, action: 'recovery.required', actor, after: recovery, note }),
    ...(asset ? assetToRecovery(asset, note, actor, world) : []),
  ]
  if (scheduleId === undefined) {
    if (!asset)
      throw new Refusal('invalid', 'Name a scheduleId, an assetId or both.', {
        reasons: [{ code: 'nothing-named', message: 'neither scheduleId nor assetId', path: '/' }],
      })
    if (!(await world.store.commit(changes)).committed)
      throw new Refusal('contended', 'The asset was changed meanwhile. Nothing was changed; try again.')
    return recovery
  }
  await changeAndArm(
    {
      workspaceId,
      id: scheduleId,
      actor,
      version: 'any',
      action: 'schedule.recovery-required',
      note,
      change: (current) => {
        if (current.status !== 'active' && current.status !== 'paused')
          throw new Refusal(
            'invalid_state',
            `Schedule "${current.name}" is ${current.status}; nothing of it starts anyway.`,
            {
              current,
            },
          )
        const stopped = { note, since: instantOf(world.clock.now()), by: actorName(actor) }
        return { ...commonOf(current), status: 'recovery', stopped }
      },
      more: async () => changes,
    },
    world,
  )
  return recovery
}
