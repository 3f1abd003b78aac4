import type { Asset } from '#domain/assets/asset.ts'
import { type Terms, termsOf } from '#domain/assets/asset-type.ts'
import { isOpenThroughout } from '#domain/assets/opening-hours.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import {
  type AssetLedger,
  footprint,
  type Holder,
  holdersOf,
  overlaps,
  peakUnits,
} from '#domain/reservations/ledger.ts'
import { personRules } from '#domain/rules/person-rules.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { horizonMs } from '../reservations/horizon.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { conflictChanges, type Found } from './record-conflict.ts'

type DetectWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Subject = { readonly asset: Asset; readonly terms: Terms; readonly ledger: AssetLedger }
const actor = system('conflicts')

/** Who knows when an asset is back: what starts later than this is not a conflict yet. */
const concernMs = 7 * dayMs
/** Conflicts of one transaction; each is a document, a history entry and a few notices. */
const atOnce = 12

const found = (of: Subject, type: Found['type'], holders: readonly [Holder, ...Holder[]], message: string): Found => {
  const [first] = holders
  return {
    workspaceId: of.asset.workspaceId,
    type,
    assetId: of.asset.id,
    start: instantOf(first.startMs),
    end: instantOf(first.endMs),
    message,
    reservationIds: holders.slice(0, 20).map(({ reservationId }) => reservationId),
    affected: [...new Set(holders.map(({ by, reservationId }) => by ?? reservationId))].slice(0, 20),
    facts: {},
  }
}

const unavailable = (of: Subject, ahead: readonly Holder[], nowMs: number): Found[] => {
  const { status, name, statusNote } = of.asset
  if (status === 'available') return []
  const until = status === 'retired' ? Number.POSITIVE_INFINITY : nowMs + concernMs
  return ahead
    .filter(({ startMs, by }) => startMs < until && !by?.startsWith('system:'))
    .map((holder) =>
      found(
        of,
        'asset-unavailable',
        [holder],
        `"${name}" is ${status}${statusNote ? ` (${statusNote})` : ''}, and is claimed from ${instantOf(holder.startMs)}.`,
      ),
    )
}

const isAutomatic = ({ by = '' }: Holder): boolean => by.startsWith('sch_') || by.startsWith('run_')

const closed = (of: Subject, ahead: readonly Holder[]): Found[] => {
  const { openingHours } = of.terms
  return ahead
    .filter((holder) => !(openingHours?.unattended && isAutomatic(holder)) && !isOpenThroughout(openingHours, holder))
    .map((holder) =>
      found(
        of,
        'closed',
        [holder],
        `"${of.asset.name}" is not open all the time from ${instantOf(holder.startMs)} to ${instantOf(holder.endMs)}.`,
      ),
    )
}

/** Somebody has time where they are not there. */
const absent = ({ asset, terms, ledger }: Subject, ahead: readonly Holder[]): Found[] =>
  ahead.flatMap((holder) => {
    const part = { path: '', assetId: asset.id, units: holder.units, asset, terms, ledger }
    const [broken] = personRules({ operation: 'hold', span: holder }, part)
    return broken ? [found({ asset, terms, ledger }, 'absent', [holder], broken.message)] : []
  })

/** Claims that are too many together: one conflict for each that begins while there is too little left for it. */
const overbooked = (of: Subject, ahead: readonly Holder[]): Found[] =>
  ahead.flatMap((holder, index) => {
    const before = ahead.slice(0, index).filter((other) => overlaps(other, holder))
    const at = { startMs: holder.startMs, endMs: holder.startMs + 1 }
    const others = before.filter((other) => overlaps(other, at))
    if (peakUnits(others, at) + holder.units <= of.asset.capacity) return []
    return [
      found(
        of,
        'double-booked',
        [holder, ...others],
        `"${of.asset.name}" has ${of.asset.capacity} unit(s); more are claimed at ${instantOf(holder.startMs)}.`,
      ),
    ]
  })

/** Those that a person allowed by force are no conflict of the hours; the reservation says so. */
const withoutAllowed = async (all: readonly Found[], world: DetectWorld): Promise<Found[]> => {
  const suspects = all.filter(({ type }) => type === 'closed').slice(0, 100)
  const reservations = await world.store.getMany(
    'reservation',
    suspects.flatMap(({ workspaceId, reservationIds: [id] }) => (id === undefined ? [] : [{ workspaceId, id }])),
  )
  const allowed = new Set(
    reservations.flatMap((one) =>
      one && (one.overrides?.some(({ codes }) => codes.includes('closed')) || one.source.kind === 'maintenance')
        ? [one.id]
        : [],
    ),
  )
  return all.filter(({ type, reservationIds: [id] }) => type !== 'closed' || (id !== undefined && !allowed.has(id)))
}

/** What is recorded for the same reservations on the same asset already, under another set of names. */
const withoutKnown = async (all: readonly Found[], world: DetectWorld): Promise<Found[]> => {
  const [first] = all
  if (!first) return []
  const known = (await world.store.openConflicts(first.workspaceId, { limit: 100 }, first.assetId)).items
  return all.filter(
    (one) =>
      !known.some(
        ({ type, reservationIds }) =>
          type === one.type && one.reservationIds.filter((id) => reservationIds.includes(id)).length > 1,
      ),
  )
}

/** @returns how many of them nobody knew of */
const record = async (all: readonly Found[], world: DetectWorld): Promise<number> => {
  let fresh = 0
  for (let at = 0; at < all.length; at += atOnce)
    fresh += await transact(world, async () => {
      const changes = await conflictChanges(all.slice(at, at + atOnce), actor, world)
      return { changes, result: changes.filter((one) => one.type === 'put' && one.kind === 'conflict').length }
    })
  return fresh
}

const detect = async (of: Subject, nowMs: number, world: DetectWorld): Promise<number> => {
  const ahead = holdersOf(of.ledger, nowMs).filter(({ open, endMs }) => !open && endMs > nowMs)
  const all = [...unavailable(of, ahead, nowMs), ...closed(of, ahead), ...absent(of, ahead), ...overbooked(of, ahead)]
  const fresh = await withoutKnown(await withoutAllowed(all, world), world)
  return record(fresh, world)
}

/**
 * Finds what cannot be as it stands on one asset, in all that can be booked ahead: after a change of its capacity, hours or
 * status. Late or twice it does no harm.
 */
export const detectConflicts = async (
  { workspaceId, assetId }: { readonly workspaceId: WorkspaceId; readonly assetId: AssetId },
  world: DetectWorld,
): Promise<number> => {
  const nowMs = world.clock.now()
  const days = footprint({ startMs: nowMs, endMs: nowMs + horizonMs })
  const [asset, rulebook, [ledger]] = await Promise.all([
    world.store.get('asset', { workspaceId, id: assetId }),
    world.store.rulebook(workspaceId),
    world.store.ledger(workspaceId, [{ assetId, days }]),
  ])
  if (!asset || !ledger) return 0
  const type = rulebook.assetTypes.find(({ id }) => id === asset.typeId)
  return detect({ asset, terms: termsOf(asset, type), ledger }, nowMs, world)
}

/** How far ahead the hourly look goes; a change looks at all there is. */
const lookDays = 14

/** Looks at every asset of a workspace: whatever changed without being looked at is found. */
export const detectAllConflicts = async (
  workspaceId: WorkspaceId,
  world: DetectWorld,
  onFailure: OnFailure = () => undefined,
): Promise<number> => {
  const nowMs = world.clock.now()
  const days = footprint({ startMs: nowMs, endMs: nowMs + lookDays * dayMs })
  const [assets, rulebook, items] = await Promise.all([
    allAssets(workspaceId, world),
    world.store.rulebook(workspaceId),
    world.store.horizon(workspaceId, days),
  ])
  let count = 0
  for (const asset of assets) {
    const mine = items.filter(({ assetId, item }) => assetId === asset.id && item !== 'OPEN')
    if (mine.length === 0) continue
    const ledger: AssetLedger = {
      assetId: asset.id,
      open: { version: 0, fence: 0, claims: {} },
      days: mine.map(({ item, claims }) => ({ day: item, version: 0, claims })),
    }
    const type = rulebook.assetTypes.find(({ id }) => id === asset.typeId)
    const terms = termsOf(asset, type)
    count += (await apart(asset.id, () => detect({ asset, terms, ledger }, nowMs, world), onFailure)) ?? 0
  }
  return count
}
