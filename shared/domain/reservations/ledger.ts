import { gapMs, type Spacing } from '../assets/booking-rules.ts'
import type { AssetId, ReservationId } from '../ids.ts'
import { type Day, daysTouched } from '../time.ts'

/**
 * The reservation ledger: for each asset one item per UTC day, and one (OPEN) for what is in use now and has no known end.
 * Decisions only; reading and the transaction are the caller's. Times in milliseconds since the epoch, intervals half-open.
 */
export type Claim = {
  readonly startMs: number
  readonly endMs: number
  readonly units: number
  /** A hold counts until then, and never beyond. */
  readonly expiresMs?: number
  /** Class of setup, for changeover times. */
  readonly setup?: string
  /** Type of the order that it is for, for what somebody does of it on a day. */
  readonly type?: string
  /** Who holds it: a subject, a run, a schedule. For timelines and refusals; the reservation tells the rest. */
  readonly by?: string
}
export type Claims = Readonly<Record<ReservationId, Claim>>

/** A ledger item as it was read; version 0 means that there is none yet. */
export type DayItem = { readonly day: Day; readonly version: number; readonly claims: Claims }
export type OpenItem = { readonly version: number; readonly fence: number; readonly claims: Claims }

/** All that must be read, strongly consistent, to decide about one asset. */
export type AssetLedger = { readonly assetId: AssetId; readonly open: OpenItem; readonly days: readonly DayItem[] }

export type Interval = { readonly startMs: number; readonly endMs: number }
export type Request = Interval & { readonly units: number; readonly setup?: string | undefined }

/** Somebody in the way. */
export type Holder = Claim & { readonly reservationId: ReservationId; readonly open: boolean }

/** What else counts: what must lie between neighbours, and the reservation that is being changed or started itself. */
export type Around = { readonly spacing?: Spacing | undefined; readonly own?: ReservationId | undefined }

export type Verdict =
  | { readonly free: true }
  | {
      readonly free: false
      /** `close`: it would fit, but for a buffer or changeover between neighbours. */
      readonly because: 'busy' | 'close'
      readonly holders: readonly Holder[]
      /** Earliest time at or after the requested start at which the request would fit, as far as the days read tell. */
      readonly nextFreeMs: number
    }

/** An open claim past its planned end is expected to last at least this much longer. */
export const overrunGraceMs = 15 * 60_000

/** An item stays far below the 400 KB that the table takes; a claim is about 150 bytes. */
export const mostClaimsPerDay = 500

/** Days in whose items a claim on [start, end) stands. */
export const footprint = ({ startMs, endMs }: Interval): Day[] => daysTouched(startMs, endMs)

/** Days whose items must be read and checked: also those that may hold a neighbour that comes too close. */
export const daysAround = ({ startMs, endMs }: Interval, marginMs: number): Day[] =>
  daysTouched(startMs - marginMs, endMs + marginMs)

export const overlaps = (a: Interval, b: Interval): boolean => a.startMs < b.endMs && b.startMs < a.endMs

/** Everything that counts on an asset now, each once, in order. */
export const holdersOf = (ledger: AssetLedger, nowMs: number, own?: ReservationId): Holder[] => {
  const holders = new Map<string, Holder>()
  for (const day of ledger.days)
    for (const [id, claim] of Object.entries(day.claims))
      if (claim.expiresMs === undefined || claim.expiresMs > nowMs)
        holders.set(id, { ...claim, reservationId: id as ReservationId, open: false })
  for (const [id, claim] of Object.entries(ledger.open.claims)) {
    const endMs = Math.max(claim.endMs, nowMs + overrunGraceMs)
    holders.set(id, { ...claim, endMs, reservationId: id as ReservationId, open: true })
  }
  if (own) holders.delete(own)
  return [...holders.values()].sort((a, b) => a.startMs - b.startMs || a.reservationId.localeCompare(b.reservationId))
}

/** The time that a holder takes from others of a setup: its own, and what must lie between. */
export const takenBy = (holder: Holder, setup: string | undefined, spacing: Spacing = {}): Interval => ({
  startMs: holder.startMs - gapMs(spacing, setup, holder.setup),
  endMs: holder.endMs + gapMs(spacing, holder.setup, setup),
})

type Taken = Interval & { readonly units: number }

/** Most units in use at one instant of the interval. Sweep over the starts: the peak is at one of them. */
export const peakUnits = (taken: readonly Taken[], interval: Interval): number => {
  const inside = taken.filter((claim) => overlaps(claim, interval))
  const instants = [interval.startMs, ...inside.map((h) => h.startMs).filter((ms) => ms > interval.startMs)]
  const at = (ms: number) => inside.reduce((sum, h) => (h.startMs <= ms && ms < h.endMs ? sum + h.units : sum), 0)
  return Math.max(0, ...instants.map(at))
}

const nextFree = (taken: readonly Taken[], request: Request, capacity: number): number => {
  const length = request.endMs - request.startMs
  const candidates = taken.map((h) => h.endMs).filter((ms) => ms > request.startMs)
  for (const startMs of candidates.sort((a, b) => a - b))
    if (peakUnits(taken, { startMs, endMs: startMs + length }) + request.units <= capacity) return startMs
  return Math.max(request.startMs, ...candidates)
}

const judge = (
  ledger: AssetLedger,
  capacity: number,
  request: Request,
  nowMs: number,
  blocked: boolean,
  { spacing, own }: Around,
): Verdict => {
  const holders = holdersOf(ledger, nowMs, own)
  const taken = holders.map((holder) => ({ ...takenBy(holder, request.setup, spacing), units: holder.units }))
  if (!blocked && peakUnits(taken, request) + request.units <= capacity) return { free: true }
  const busy = blocked || peakUnits(holders, request) + request.units > capacity
  return {
    free: false,
    because: busy ? 'busy' : 'close',
    holders: holders.filter((holder, index) => overlaps(taken[index] ?? holder, request) || holder.open),
    nextFreeMs: nextFree(taken, request, capacity),
  }
}

/** May [start, end) be booked? Open claims count until the later of their planned end and now plus a grace. */
export const judgeBooking = (
  ledger: AssetLedger,
  capacity: number,
  request: Request,
  nowMs: number,
  around: Around = {},
): Verdict => judge(ledger, capacity, request, nowMs, false, around)

/**
 * May a claim be started now? Stricter: open claims count to infinity, because nobody knows when they end.
 * `own` is a reservation that is being activated and does not stand in its own way.
 */
export const judgeActivation = (
  ledger: AssetLedger,
  capacity: number,
  request: Request,
  nowMs: number,
  around: Around = {},
): Verdict => {
  const inUse = Object.entries(ledger.open.claims).reduce(
    (sum, [id, claim]) => (id === around.own ? sum : sum + claim.units),
    0,
  )
  return judge(ledger, capacity, request, nowMs, inUse + request.units > capacity, around)
}
