import type { Actor } from '#domain/audit/entry.ts'
import { actorName } from '#domain/audit/entry.ts'
import type { Conflict, ConflictType } from '#domain/conflicts/conflict.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { isAhead, type Reservation } from '#domain/reservations/reservation.ts'
import type { RuleCode } from '#domain/rules/violation.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { auditOf, system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { ownOf, spanOf } from '../reservations/book-reservation.ts'
import { readAsk } from '../reservations/read-ask.ts'
import type { Change, World } from '../world.ts'

type SettleWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** The rules that a conflict of each type breaks while it lasts. */
const brokenBy: Record<ConflictType, readonly RuleCode[]> = {
  'double-booked': ['asset-busy', 'above-capacity'],
  'asset-unavailable': ['asset-unavailable'],
  overrun: ['asset-busy'],
  closed: ['closed'],
  absent: ['time-off', 'left', 'unqualified'],
  'too-close': ['too-close', 'asset-busy'],
  'not-held': [],
  'infeasible-transition': [],
}

/** The conflict as resolved, with its history entry. */
export const resolvedChanges = (
  conflict: Conflict,
  resolution: { readonly kind: NonNullable<Conflict['resolution']>['kind']; readonly note: string },
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): { readonly after: Conflict; readonly changes: Change[] } => {
  const after: Conflict = {
    ...conflict,
    status: 'resolved',
    resolution: { ...resolution, by: actorName(actor), at: instantOf(world.clock.now()) },
    version: conflict.version + 1,
  }
  return {
    after,
    changes: [
      { type: 'put', kind: 'conflict', value: after, expect: conflict.version },
      auditOf(world, {
        workspaceId: conflict.workspaceId,
        subject: conflict.id,
        action: 'conflict.resolved',
        actor,
        before: conflict,
        after,
        note: resolution.note,
      }),
    ],
  }
}

const stillBroken = async (conflict: Conflict, reservation: Reservation, world: SettleWorld): Promise<boolean> => {
  const { violations } = await readAsk(
    {
      workspaceId: conflict.workspaceId,
      operation: reservation.source.kind === 'schedule' ? 'hold' : 'change',
      wanted: reservation.assets.filter(({ assetId }) => assetId === conflict.assetId),
      span: spanOf(reservation),
      setup: reservation.setup,
      // Nothing of what it has is taken for granted here.
      own: { ...ownOf(reservation), assets: [] },
      accounts: [],
    },
    world,
  )
  return violations.some(({ code }) => brokenBy[conflict.type].includes(code))
}

/** Why a conflict is none any more; undefined while it is one. */
const goneBecause = async (conflict: Conflict, world: SettleWorld): Promise<string | undefined> => {
  if (msOf(conflict.end) <= world.clock.now()) return 'Its time has passed.'
  const { workspaceId, reservationIds, type } = conflict
  if (type === 'not-held') return undefined
  const all = await world.store.getMany(
    'reservation',
    reservationIds.map((id) => ({ workspaceId, id })),
  )
  const here = all.flatMap((one) =>
    one && isAhead(one) && one.assets.some(({ assetId }) => assetId === conflict.assetId) ? [one] : [],
  )
  const gone = 'What was in the way is not there any more.'
  if (here.length === 0) return gone
  // Slots stay where they are until they are taken back.
  if (type === 'infeasible-transition') return here.length < reservationIds.length ? gone : undefined
  for (const one of here) if (await stillBroken(conflict, one, world)) return undefined
  return 'It fits again.'
}

/** Resolves the open conflicts, of some assets or of all, that are none any more; whoever did away with the cause. */
export const settleConflicts = async (
  { workspaceId, assetIds }: { readonly workspaceId: WorkspaceId; readonly assetIds?: readonly AssetId[] | undefined },
  world: SettleWorld,
  onFailure: OnFailure = () => undefined,
): Promise<number> => {
  let settled = 0
  for (const assetId of assetIds ?? [undefined]) {
    let cursor: string | undefined
    do {
      const page = await world.store.openConflicts(workspaceId, { limit: 100, cursor }, assetId)
      for (const { id } of page.items)
        await apart(
          id,
          () =>
            transact(world, async () => {
              const conflict = await world.store.get('conflict', { workspaceId, id })
              const note = conflict?.status === 'open' ? await goneBecause(conflict, world) : undefined
              if (!conflict || note === undefined) return { changes: [], result: undefined }
              settled += 1
              return {
                changes: resolvedChanges(conflict, { kind: 'gone', note }, system('conflicts'), world).changes,
                result: undefined,
              }
            }),
          onFailure,
        )
      cursor = page.next
    } while (cursor !== undefined)
  }
  return settled
}
