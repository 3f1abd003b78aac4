import { createAsset } from '#application/assets/create-asset.ts'
import { type Booking, bookReservation } from '#application/reservations/book-reservation.ts'
import { lookAtReservations } from '#application/reservations/look-at-reservations.ts'
import { createRule, type RuleBody } from '#application/rules/change-rule.ts'
import type { RuleKind } from '#application/world.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId, ReservationId } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, minutes } from '#domain/time.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { createLaboratory, noon, workspaceId } from '../api/laboratory.ts'

export { workspaceId }
export const boss = { kind: 'person', subject: 'boss' } as const

/** A moment so many hours after noon of a Friday. */
export const at = (hours: number): string => instantOf(noon + hours * 3_600_000)

type NewAsset = Parameters<typeof createAsset>[0]['asset']

/** A laboratory whose clock stands until it is set, for the calendar of its assets. */
export const createCalendarLab = async () => {
  const { world, clock } = createLaboratory()
  const members: readonly [string, Role, string[]?][] = [
    ['boss', 'manager'],
    ['kim', 'scientist', ['chemistry']],
    ['lee', 'scientist', ['chemistry']],
    ['ops', 'operator'],
  ]
  await world.store.commit(
    members.map(([subject, role, groups]) => ({
      type: 'put',
      kind: 'member',
      value: { workspaceId, subject, name: subject, role, ...(groups && { groups }), version: 1, createdAt: at(0) },
      expect: 'absent',
    })),
  )
  const roleOf = (subject: string): Role => members.find(([name]) => name === subject)?.[1] ?? 'viewer'
  const asset = async (more: Partial<NewAsset> = {}): Promise<AssetId> =>
    (
      await createAsset(
        {
          workspaceId,
          actor: boss,
          asset: { name: 'Reader', kind: 'station', capacity: 1, capabilities: [], tags: [], ...more },
        },
        world,
      )
    ).id
  const as = (subject: string) => ({ actor: { kind: 'person', subject } as const, role: roleOf(subject) })
  return {
    world,
    asset,
    as,
    setClock: (hours: number): void => {
      clock.nowMs = noon + hours * 3_600_000
    },
    /** Everything that the passing of time brings about. */
    tick: () => lookAtReservations(workspaceId, world),
    book: (
      subject: string,
      assets: AssetId | Booking['assets'],
      from: number,
      to: number,
      more: Partial<Booking> = {},
    ) =>
      bookReservation(
        {
          workspaceId,
          ...as(subject),
          groups: members.find(([name]) => name === subject)?.[2],
          assets: typeof assets === 'string' ? [{ assetId: assets, units: 1 }] : assets,
          start: at(from),
          end: at(to),
          ...more,
        },
        world,
      ),
    rule: <K extends RuleKind>(kind: K, body: RuleBody<K>) =>
      createRule(kind, { workspaceId, actor: boss, body }, world),
    address: (id: ReservationId, subject: string) => ({ workspaceId, id, ...as(subject) }),
    stored: async (id: ReservationId): Promise<Reservation> => {
      const found = await world.store.get('reservation', { workspaceId, id })
      if (!found) throw new Error(`${id} is not there`)
      return found
    },
    told: async (to: string) =>
      (await world.store.notices(workspaceId, to, { limit: 50 })).items.map(({ event }) => event),
    minutes,
  }
}

/** The codes of the rules that a request breaks, in the order in which they are told. */
export const brokenBy = async (request: Promise<unknown>): Promise<readonly string[]> => {
  try {
    await request
    return []
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.reasons.length > 0 ? error.reasons.map(({ code }) => code) : [error.code]
  }
}
