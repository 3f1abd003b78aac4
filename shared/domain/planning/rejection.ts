/**
 * Why a job was left out, with evidence, in the order in which the reasons are checked; and what would help. Lanes, jobs
 * and fixed claims are indices of the problem, times are in its unit.
 */
export type Rejection =
  /** No option has a lane for each of its needs. */
  | {
      readonly code: 'NO_CAPABLE_ASSET'
      readonly job: number
      readonly needs: readonly number[]
      readonly remedy: Remedy
    }
  /** Every option closes before it opens. */
  | { readonly code: 'INVALID_WINDOW'; readonly job: number; readonly option: number; readonly remedy: Remedy }
  /** No opening within the window is long enough; missing 0: only not at the same time for all needs. */
  | {
      readonly code: 'ASSET_UNAVAILABLE'
      readonly job: number
      readonly option: number
      readonly lane: number
      readonly missing: number
      readonly remedy: Remedy
    }
  /** What is fixed leaves no gap; `fixed` are the neighbours of the one that is nearly enough, `missing` short. */
  | {
      readonly code: 'BLOCKED_BY_LOCKS'
      readonly job: number
      readonly option: number
      readonly lane: number
      readonly fixed: readonly number[]
      readonly missing: number
      readonly remedy: Remedy
    }
  /** The job that it accompanies is not done, or at a time that leaves no start for this one. */
  | {
      readonly code: 'COMPANION_OUT_OF_REACH'
      readonly job: number
      readonly after: number
      readonly isDone: boolean
      readonly remedy: Remedy
    }
  /** Room for it costs more, or as much as it is worth. `displaced` is the cheapest set that was found. */
  | {
      readonly code: 'LOWER_VALUE_THAN_DISPLACED'
      readonly job: number
      readonly option: number
      readonly worth: number
      readonly displaced: readonly number[]
      readonly displacedWorth: number
      readonly remedy: Remedy
    }
  /** No way to do it is worth more than leaving it out. */
  | {
      readonly code: 'TAX_EXCEEDS_GAIN'
      readonly job: number
      readonly option: number
      readonly worth: number
      readonly remedy: Remedy
    }
  /** It could be done, once `displaced`, worth less, are out of the way: the plan was not searched to its end. */
  | {
      readonly code: 'NOT_FOUND_IN_BUDGET'
      readonly job: number
      readonly option: number
      readonly displaced: readonly number[]
      readonly net: number
      readonly remedy: Remedy
    }
  /** There was no time to look further than at its own window and assets. */
  | { readonly code: 'UNEXAMINED'; readonly job: number; readonly remedy: Remedy }

export type Remedy =
  | { readonly kind: 'add-capability' }
  | { readonly kind: 'widen-window'; readonly by: number }
  | { readonly kind: 'open-longer'; readonly lane: number; readonly by: number }
  | { readonly kind: 'release-lock'; readonly fixed: readonly number[] }
  | { readonly kind: 'place-companion'; readonly job: number }
  | { readonly kind: 'raise-value'; readonly by: number }
  | { readonly kind: 'search-longer' }
