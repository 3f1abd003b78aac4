import type { AssetId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import { type AccountId, type Entry, monthOf } from '#domain/reservations/account.ts'
import { type Claim, footprint } from '#domain/reservations/ledger.ts'
import { holderOf, isAhead, isOpenReservation, type Reservation } from '#domain/reservations/reservation.ts'
import type { Ask, Part } from '#domain/rules/ask.ts'
import { msOf } from '#domain/time.ts'
import type { Change, LedgerItem } from '../world.ts'
import { itemsAround } from './known.ts'

const claimOf = (reservation: Reservation, units: number): Claim => ({
  startMs: msOf(isOpenReservation(reservation) ? (reservation.startedAt ?? reservation.start) : reservation.start),
  endMs: msOf(reservation.end),
  units,
  ...(reservation.status === 'held' && reservation.expiresAt && { expiresMs: msOf(reservation.expiresAt) }),
  ...(reservation.setup !== undefined && { setup: reservation.setup }),
  ...(reservation.orderType !== undefined && { type: reservation.orderType }),
  by: holderOf(reservation.source),
})

/** The claims of a reservation, by asset and ledger item (I13): in its days while it lies ahead, in OPEN while it is in use. */
export const claimsOf = (reservation: Reservation | undefined): Map<AssetId, Map<LedgerItem, Claim>> => {
  const claims = new Map<AssetId, Map<LedgerItem, Claim>>()
  if (!reservation || !(isAhead(reservation) || isOpenReservation(reservation))) return claims
  const span = { startMs: msOf(reservation.start), endMs: msOf(reservation.end) }
  const items: readonly LedgerItem[] = isAhead(reservation) ? footprint(span) : ['OPEN']
  for (const { assetId, units } of reservation.assets)
    claims.set(assetId, new Map(items.map((item) => [item, claimOf(reservation, units)])))
  return claims
}

const same = (a: Claim, b: Claim): boolean =>
  a.startMs === b.startMs &&
  a.endMs === b.endMs &&
  a.units === b.units &&
  a.expiresMs === b.expiresMs &&
  a.setup === b.setup &&
  a.type === b.type &&
  a.by === b.by

type Versions = ReadonlyMap<LedgerItem, number>

/** Versions of the items of an asset that the decision rests on, as they were read. */
const versionsOf = (part: Part, ask: Ask): Map<LedgerItem, number> =>
  new Map<LedgerItem, number>([
    ['OPEN', part.ledger.open.version],
    ...itemsAround(part, ask.span, ask.work).map(({ day, version }) => [day, version] as const),
  ])

/** What becomes of the claims on one asset. Every item is named once, as a transaction wants it. */
const assetChanges = (
  of: { readonly workspaceId: WorkspaceId; readonly assetId: AssetId; readonly reservationId: ReservationId },
  before: ReadonlyMap<LedgerItem, Claim>,
  after: ReadonlyMap<LedgerItem, Claim>,
  seen: Versions | undefined,
): Change[] => {
  const { workspaceId, assetId, reservationId } = of
  const changes: Change[] = []
  for (const item of new Set([...before.keys(), ...after.keys(), ...(seen?.keys() ?? [])])) {
    const address = { workspaceId, assetId, item }
    const [old, now, version] = [before.get(item), after.get(item), seen?.get(item)]
    if (now && !(old && same(old, now))) {
      if (version === undefined) throw new Error(`${assetId} ${item} is claimed without having been read`)
      changes.push({ type: 'claim', ...address, expect: version, reservationId, claim: now })
    } else if (old && !now)
      changes.push({ type: 'unclaim', ...address, reservationId, ...(version !== undefined && { expect: version }) })
    else if (version !== undefined) changes.push({ type: 'check-ledger', ...address, expect: version })
  }
  return changes
}

/**
 * The changes that bring the ledger from one state of a reservation to the next, on condition that what the decision rests on
 * is as it was read: days, OPEN and the asset itself. Giving back rests on nothing, so `ask` is left out.
 */
export const ledgerChanges = (before: Reservation | undefined, after: Reservation, ask: Ask | undefined): Change[] => {
  const { workspaceId, id: reservationId } = after
  const [old, now] = [claimsOf(before), claimsOf(after)]
  const none: ReadonlyMap<LedgerItem, Claim> = new Map()
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((assetId) => {
    const part = ask?.parts.find((one) => one.assetId === assetId)
    const seen = ask && part && now.has(assetId) ? versionsOf(part, ask) : undefined
    const changes = assetChanges(
      { workspaceId, assetId, reservationId },
      old.get(assetId) ?? none,
      now.get(assetId) ?? none,
      seen,
    )
    if (seen && part?.asset)
      changes.push({ type: 'check', kind: 'asset', key: { workspaceId, id: assetId }, expect: part.asset.version })
    return changes
  })
}

/** What a reservation counts as in the accounts of people; nothing once it was given back. What was never used counts on. */
const entryOf = (reservation: Reservation | undefined): Entry | undefined => {
  if (!reservation || reservation.status === 'cancelled' || reservation.status === 'expired') return undefined
  const startMs = msOf(reservation.start)
  const early = reservation.endedAt !== undefined && reservation.endedBecause === 'early'
  return {
    startMs,
    endMs: early ? Math.max(startMs, msOf(reservation.endedAt ?? reservation.end)) : msOf(reservation.end),
    assetIds: reservation.assets.map(({ assetId }) => assetId),
    ...(reservation.status === 'held' && reservation.expiresAt && { expiresMs: msOf(reservation.expiresAt) }),
  }
}

/** What becomes of the accounts; months that limits were counted from are checked, each named once. */
export const accountChanges = (before: Reservation | undefined, after: Reservation, ask: Ask | undefined): Change[] => {
  const { workspaceId, id: reservationId } = after
  const [old, now] = [entryOf(before), entryOf(after)]
  const seen = new Map(
    (ask?.use ?? []).flatMap(({ account, months }) =>
      months.map((month) => [`${account} ${month.month}`, month.version]),
    ),
  )
  const changes: Change[] = []
  const write = (account: AccountId, month: string, entry: Entry | null): void => {
    const key = `${account} ${month}`
    const expect = seen.get(key)
    seen.delete(key)
    changes.push({
      type: 'account',
      workspaceId,
      account,
      month,
      reservationId,
      entry,
      ...(expect !== undefined && { expect }),
    })
  }
  const accounts = (of: Reservation | undefined): AccountId[] => (of?.accounts ?? []) as AccountId[]
  const at = (entry: Entry | undefined) => (entry ? monthOf(entry.startMs) : undefined)
  for (const account of new Set([...accounts(before), ...accounts(after)])) {
    const had = old && accounts(before).includes(account) ? at(old) : undefined
    const has = now && accounts(after).includes(account) ? at(now) : undefined
    if (had !== undefined && had !== has) write(account, had, null)
    if (now && has !== undefined && JSON.stringify([old, had]) !== JSON.stringify([now, has])) write(account, has, now)
  }
  for (const { account, months } of ask?.use ?? [])
    for (const { month, version } of months)
      if (seen.has(`${account} ${month}`))
        changes.push({ type: 'check-account', workspaceId, account, month, expect: version })
  return changes
}
