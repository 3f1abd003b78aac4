import { type Actor, actorName } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Rotation, StandingDuty } from '#domain/rotations/rotation.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, staleVersion } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { peopleOf, rotationOf } from './read-rotation.ts'

const strangers = async (rotation: Rotation, world: Pick<World, 'store'>): Promise<Reason[]> => {
  const people = await peopleOf(rotation, [], world)
  return rotation.duties.flatMap(({ week }, index) =>
    Object.entries(week).flatMap(([weekday, assetId]): Reason[] => {
      const asset = people.get(assetId)
      const path = `/duties/${index}/week/${weekday}`
      if (!asset) return [{ code: 'unknown-person', message: `There is no ${assetId} in this workspace.`, path }]
      if (asset.kind !== 'person')
        return [{ code: 'unknown-person', message: `"${asset.name}" is a ${asset.kind}, not a person.`, path }]
      return asset.status === 'retired' ? [{ code: 'unknown-person', message: `${asset.name} is retired.`, path }] : []
    }),
  )
}

/**
 * Replaces who takes which duty on which weekday, all of it at once.
 * @throws Refusal `invalid` with every reason, `stale_version` (with the current rotation)
 */
export const setRotation = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly version: Expected
    readonly duties: readonly StandingDuty[]
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Rotation> => {
  const { workspaceId, actor, version, duties } = input
  return transact<Rotation>(world, async () => {
    const before = await rotationOf(workspaceId, world)
    if (version !== 'any' && before.version !== version) throw staleVersion('rotation', before)
    if (before.version > 0 && JSON.stringify(before.duties) === JSON.stringify(duties))
      return { changes: [], result: before }
    const after: Rotation = {
      workspaceId,
      duties: [...duties],
      version: before.version + 1,
      updatedAt: instantOf(world.clock.now()),
      updatedBy: actorName(actor),
    }
    const reasons = await strangers(after, world)
    if (reasons.length > 0)
      throw new Refusal('invalid', 'The rotation names somebody who cannot take a duty. Nothing was changed.', {
        reasons,
      })
    return {
      changes: [
        { type: 'put', kind: 'rotation', value: after, expect: before.version === 0 ? 'absent' : before.version },
        auditOf(world, {
          workspaceId,
          subject: 'rotations',
          action: 'rotation.changed',
          actor,
          before: before.version === 0 ? undefined : before,
          after,
        }),
      ],
      result: after,
    }
  })
}
