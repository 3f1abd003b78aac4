import { type Asset, mayBeReserved } from '#domain/assets/asset.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { type AssetLedger, type Holder, judgeBooking } from '#domain/reservations/ledger.ts'
import { instantOf } from '#domain/time.ts'
import type { World } from '../world.ts'

export type Wanted = { readonly assetId: AssetId; readonly units: number }
export type Span = { readonly startMs: number; readonly endMs: number }

/** What was read about one wanted asset. */
export type Candidate = Wanted & { readonly asset: Asset | undefined; readonly ledger: AssetLedger }

/** Who holds a claim, in the words of its reservation: a person or a run. */
const namesOf = async (
  workspaceId: WorkspaceId,
  holders: readonly Holder[],
  world: Pick<World, 'store'>,
): Promise<string[]> => {
  const keys = holders.map(({ reservationId }) => ({ workspaceId, id: reservationId }))
  const reservations = keys.length > 0 ? await world.store.getMany('reservation', keys) : []
  return holders.map(({ reservationId }, index) => {
    const source = reservations[index]?.source
    return source ? (source.kind === 'run' ? source.runId : source.subject) : reservationId
  })
}

/** What is wrong with the asset itself, whatever the time. */
const unfit = ({ assetId, units, asset }: Candidate, path: string): Reason | undefined => {
  if (!asset)
    return { code: 'unknown-asset', message: `there is no asset ${assetId} in this workspace`, path: `${path}/assetId` }
  const note = asset.statusNote ? ` (${asset.statusNote})` : ''
  if (!mayBeReserved(asset))
    return { code: 'asset-unavailable', message: `"${asset.name}" is ${asset.status}${note}`, path: `${path}/assetId` }
  if (units > asset.capacity)
    return {
      code: 'above-capacity',
      message: `"${asset.name}" has ${asset.capacity} unit(s); ${units} never fit`,
      path: `${path}/units`,
    }
  return undefined
}

const shown = 10

const busyReason = async (
  candidate: Candidate,
  span: Span,
  path: string,
  nowMs: number,
  world: Pick<World, 'store'>,
): Promise<Reason | undefined> => {
  const { asset, ledger, units, assetId } = candidate
  if (!asset) return undefined
  const verdict = judgeBooking(ledger, asset.capacity, { ...span, units }, nowMs)
  if (verdict.free) return undefined
  const holders = verdict.holders.slice(0, shown)
  const names = await namesOf(asset.workspaceId, holders, world)
  const nextFreeAt = instantOf(verdict.nextFreeMs)
  return {
    code: 'asset-busy',
    message: `"${asset.name}" is held by ${[...new Set(names)].join(', ')}; free next at ${nextFreeAt}, as far as planned`,
    path,
    facts: {
      assetId,
      nextFreeAt,
      heldBy: holders.map((holder, index) => ({
        reservationId: holder.reservationId,
        by: names[index],
        start: instantOf(holder.startMs),
        end: instantOf(holder.endMs),
        units: holder.units,
        inUse: holder.open,
      })),
    },
  }
}

/**
 * Whether all of the assets may be booked for the span; every reason at once where not.
 * @throws Refusal `invalid`, `invalid_state` (maintenance, retired), `asset_busy` with who holds them and when they are free
 */
export const judgeBookingRequest = async (
  candidates: readonly Candidate[],
  span: Span,
  nowMs: number,
  world: Pick<World, 'store'>,
): Promise<void> => {
  const wrong = candidates.flatMap((candidate, index) => unfit(candidate, `/assets/${index}`) ?? [])
  if (wrong.length > 0) {
    const code = wrong.every((reason) => reason.code === 'asset-unavailable') ? 'invalid_state' : 'invalid'
    throw new Refusal(code, `This cannot be booked: ${wrong.map(({ message }) => message).join('; ')}.`, {
      reasons: wrong,
    })
  }
  const judged = await Promise.all(
    candidates.map((candidate, index) => busyReason(candidate, span, `/assets/${index}`, nowMs, world)),
  )
  const busy = judged.flatMap((reason) => reason ?? [])
  if (busy.length > 0)
    throw new Refusal(
      'asset_busy',
      `Nothing was booked, because not everything is free at that time: ${busy.map(({ message }) => message).join('; ')}.`,
      { reasons: busy },
    )
}
