import type { Actor } from '#domain/audit/entry.ts'
import { actorName } from '#domain/audit/entry.ts'
import { type Conflict, conflictTypes } from '#domain/conflicts/conflict.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { ConflictId } from '#domain/ids.ts'
import { managers } from '#domain/notices/notice.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { notices } from '../notices/notify.ts'
import type { Change, World } from '../world.ts'

/** A conflict as it is found: what it is about, and whom it concerns. */
export type Found = Pick<
  Conflict,
  'workspaceId' | 'type' | 'assetId' | 'start' | 'end' | 'message' | 'reservationIds' | 'affected' | 'facts' | 'time'
> &
  Partial<Pick<Conflict, 'severity'>>

/**
 * One conflict for one set of facts, however often it is found: its id is made of them. One that somebody resolved stays
 * resolved.
 */
export const conflictIdOf = ({
  type,
  assetId,
  reservationIds,
  time,
}: Pick<Found, 'type' | 'assetId' | 'reservationIds' | 'time'>): ConflictId =>
  `cft_${fingerprint(time ? [type, time] : [type, assetId, reservationIds.toSorted()])}`

/**
 * The changes that record what was found, and tell those whom it concerns; nothing for what is recorded already. `ids` are
 * those of the conflicts, whether they are new or not. Who records many of one kind tells of the first.
 */
export const recordConflicts = async (
  found: readonly Found[],
  actor: Actor,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  { tells = true }: { readonly tells?: boolean } = {},
): Promise<{ readonly changes: Change[]; readonly ids: readonly ConflictId[] }> => {
  if (found.length === 0) return { changes: [], ids: [] }
  const unique = [...new Map(found.map((one) => [conflictIdOf(one), one])).entries()]
  const known = await world.store.getMany(
    'conflict',
    unique.map(([id, { workspaceId }]) => ({ workspaceId, id })),
  )
  const changes = unique.flatMap(([id, one], index): Change[] => {
    const before = known[index]
    if (before && (before.status === 'open' || before.resolution?.kind !== 'gone')) return []
    const { resolution: _gone, ...old } = before ?? {}
    const value: Conflict = {
      ...old,
      ...one,
      id,
      severity: one.severity ?? conflictTypes[one.type].severity,
      status: 'open',
      version: (before?.version ?? 0) + 1,
      createdAt: instantOf(world.clock.now()),
      createdBy: actorName(actor),
    }
    const { workspaceId } = value
    return [
      { type: 'put', kind: 'conflict', value, expect: before?.version ?? 'absent' } as Change,
      auditOf(world, { workspaceId, subject: id, action: 'conflict.detected', actor, before, after: value }),
      ...notices(
        {
          workspaceId,
          to: tells ? [...value.affected, managers] : [],
          event: 'conflict.detected',
          message: value.message,
          about: [id, ...value.reservationIds],
        },
        world,
      ),
    ]
  })
  return { changes, ids: unique.map(([id]) => id) }
}

export const conflictChanges = async (...of: Parameters<typeof recordConflicts>): Promise<Change[]> =>
  (await recordConflicts(...of)).changes
