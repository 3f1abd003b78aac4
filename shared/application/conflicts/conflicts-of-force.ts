import type { Actor } from '#domain/audit/entry.ts'
import type { ReservationId } from '#domain/ids.ts'
import { holderOf, type Reservation } from '#domain/reservations/reservation.ts'
import type { Violation } from '#domain/rules/violation.ts'
import type { Judged } from '../reservations/read-ask.ts'
import type { Change, World } from '../world.ts'
import { conflictChanges, type Found } from './record-conflict.ts'

type Held = { readonly reservationId: ReservationId; readonly by: string }

const typeOf = { 'asset-busy': 'double-booked', 'too-close': 'too-close' } as const
const causes = (code: string): code is keyof typeof typeOf => code in typeOf

const foundBy = (after: Reservation, { code, facts, message }: Violation): Found[] => {
  if (!causes(code) || !facts) return []
  const others = facts.heldBy as unknown as readonly Held[]
  return [
    {
      workspaceId: after.workspaceId,
      type: typeOf[code],
      assetId: facts.assetId as Reservation['assets'][number]['assetId'],
      start: after.start,
      end: after.end,
      message: `Reservation ${after.id} was made by force. ${message}`,
      reservationIds: [after.id, ...others.map(({ reservationId }) => reservationId)],
      affected: [...new Set([holderOf(after.source), ...others.map(({ by }) => by)])],
      facts: { heldBy: facts.heldBy ?? [] },
    },
  ]
}

/** What was booked over what stands there already is a conflict from the first moment. */
export const conflictsOfForce = (
  after: Reservation,
  { violations }: Pick<Judged, 'violations'>,
  actor: Actor,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Change[]> =>
  conflictChanges(
    violations.filter(({ waivedBy }) => waivedBy !== undefined).flatMap((violation) => foundBy(after, violation)),
    actor,
    world,
  )
