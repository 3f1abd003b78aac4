import type { AssetId, ReservationId } from '../ids.ts'
import { type Day, daysTouched } from '../time.ts'

/**
 * The reservation ledger: for each asset one item per UTC day, and one (OPEN) for what is in use now and has no known end.
 * Decisions only; reading and the transaction are the caller's. Times in milliseconds since the epoch, intervals half-open.
 */
export type Claim = { readonly startMs: number; readonly endMs: number; readonly units: number }
export type Claims = Readonly<Record<ReservationId, Claim>>

/** A ledger item as it was read; version 0 means that there is none yet. */
export type DayItem = { readonly day: Day; readonly version: number; readonly claims: Claims }
export type OpenItem = { readonly version: number; readonly fence: number; readonly claims: Claims }

/** All that must be read, strongly consistent, to decide about one asset. */
export type AssetLedger = { readonly assetId: AssetId; readonly open: OpenItem; readonly days: readonly DayItem[] }

export type Request = { readonly startMs: number; readonly endMs: number; readonly units: number }

/** Somebody in the way. */
export type Holder = Claim & { readonly reservationId: ReservationId; readonly open: boolean }

export type Verdict =
  | { readonly free: true }
  | {
      readonly free: false
      readonly holders: readonly Holder[]
      /** Earliest time at or after the requested start at which the request would fit, as far as the days read tell. */
      readonly nextFreeMs: number
    }

/** An open claim past its planned end is expected to last at least this much longer. */
export const overrunGraceMs = 15 * 60_000

/** Days whose items must be read and checked for a claim on [start, end). */
export const footprint = (request: Pick<Request, 'startMs' | 'endMs'>): Day[] =>
  daysTouched(request.startMs, request.endMs)

const overlaps = (a: Pick<Claim, 'startMs' | 'endMs'>, b: Pick<Claim, 'startMs' | 'endMs'>): boolean =>
  a.startMs < b.endMs && b.startMs < a.endMs

const holdersOf = (ledger: AssetLedger, nowMs: number, own?: ReservationId): Holder[] => {
  const holders = new Map<string, Holder>()
  for (const day of ledger.days)
    for (const [id, claim] of Object.entries(day.claims))
      holders.set(id, { ...claim, reservationId: id as ReservationId, open: false })
  for (const [id, claim] of Object.entries(ledger.open.claims)) {
    const endMs = Math.max(claim.endMs, nowMs + overrunGraceMs)
    holders.set(id, { ...claim, endMs, reservationId: id as ReservationId, open: true })
  }
  if (own) holders.delete(own)
  return [...holders.values()].sort((a, b) => a.startMs - b.startMs || a.reservationId.localeCompare(b.reservationId))
}

/** Most units in use at one instant of the interval. Sweep over the starts: the peak is at one of them. */
const peakUnits = (holders: readonly Holder[], interval: Pick<Claim, 'startMs' | 'endMs'>): number => {
  const inside = holders.filter((holder) => overlaps(holder, interval))
  const instants = [interval.startMs, ...inside.map((h) => h.startMs).filter((ms) => ms > interval.startMs)]
  const at = (ms: number) => inside.reduce((sum, h) => (h.startMs <= ms && ms < h.endMs ? sum + h.units : sum), 0)
  return Math.max(0, ...instants.map(at))
}

const nextFree = (holders: readonly Holder[], request: Request, capacity: number): number => {
  const length = request.endMs - request.startMs
  const candidates = holders.map((h) => h.endMs).filter((ms) => ms > request.startMs)
  for (const startMs of candidates.sort((a, b) => a - b))
    if (peakUnits(holders, { startMs, endMs: startMs + length }) + request.units <= capacity) return startMs
  return Math.max(request.startMs, ...candidates)
}

const judge = (
  ledger: AssetLedger,
  capacity: number,
  request: Request,
  nowMs: number,
  blocked: boolean,
  own?: ReservationId,
): Verdict => {
  const holders = holdersOf(ledger, nowMs, own)
  if (!blocked && peakUnits(holders, request) + request.units <= capacity) return { free: true }
  return {
    free: false,
    holders: holders.filter((holder) => overlaps(holder, request) || holder.open),
    nextFreeMs: nextFree(holders, request, capacity),
  }
}

/** May [start, end) be booked? Open claims count until the later of their planned end and now plus a grace. */
export const judgeBooking = (ledger: AssetLedger, capacity: number, request: Request, nowMs: number): Verdict =>
  judge(ledger, capacity, request, nowMs, false)

/**
 * May a claim be started now? Stricter: open claims count to infinity, because nobody knows when they end.
 * `own` is a reservation that is being activated and does not stand in its own way.
 */
export const judgeActivation = (
  ledger: AssetLedger,
  capacity: number,
  request: Request,
  nowMs: number,
  own?: ReservationId,
): Verdict => {
  const inUse = Object.entries(ledger.open.claims).reduce(
    (sum, [id, claim]) => (id === own ? sum : sum + claim.units),
    0,
  )
  return judge(ledger, capacity, request, nowMs, inUse + request.units > capacity, own)
}
