import type { AssetId, ReservationId } from '../ids.ts'
import { dayMs, dayOf } from '../time.ts'

/**
 * What a person, a project or a group of people has booked, by the UTC month in which a booking starts: what limits and quotas
 * are counted from, and the calendar of a person.
 */
export type AccountId = `${'person' | 'project' | 'group'}:${string}`
/** `2026-11`. */
export type Month = string

export const monthOf = (ms: number): Month => dayOf(ms).slice(0, 7)

/** The months that [from, to] touches, in order. */
export const monthsBetween = (fromMs: number, toMs: number): Month[] => {
  const months = new Set<Month>()
  for (let at = fromMs; at < toMs; at += 27 * dayMs) months.add(monthOf(at))
  months.add(monthOf(toMs))
  return [...months]
}

export type Entry = {
  readonly startMs: number
  readonly endMs: number
  readonly assetIds: readonly AssetId[]
  /** A hold counts until then. */
  readonly expiresMs?: number
}
export type AccountMonth = {
  readonly month: Month
  /** 0: nothing was ever written. */
  readonly version: number
  readonly entries: Readonly<Record<ReservationId, Entry>>
}
export type Account = { readonly account: AccountId; readonly months: readonly AccountMonth[] }

export const entriesOf = (
  account: Account | undefined,
  nowMs: number,
  own?: ReservationId,
): (Entry & { readonly reservationId: ReservationId })[] =>
  (account?.months ?? []).flatMap(({ entries }) =>
    Object.entries(entries).flatMap(([id, entry]) =>
      id === own || (entry.expiresMs !== undefined && entry.expiresMs <= nowMs)
        ? []
        : [{ ...entry, reservationId: id as ReservationId }],
    ),
  )
