/** What every operation may be answered, as far as a user can tell. */
export type Outcome = 'done' | 'busy' | 'invalid-state' | 'above-capacity' | 'empty'

export type Operation =
  | { readonly kind: 'book' | 'hold'; readonly from: number; readonly to: number; readonly units: number }
  | { readonly kind: 'confirm' | 'cancel' | 'check-in' | 'check-out'; readonly target: string }
  | { readonly kind: 'move'; readonly target: string; readonly from: number; readonly to: number }
  /** Longer or shorter: another end. */
  | { readonly kind: 'end'; readonly target: string; readonly to: number }
  | { readonly kind: 'capacity'; readonly units: number }

type Status = 'held' | 'confirmed' | 'active' | 'cancelled' | 'released'
type Entry = { readonly from: number; readonly to: number; readonly units: number; readonly status: Status }

/**
 * One asset as a plain list of intervals, in minutes from now, while the clock stands: the whole of what a user must be able to
 * rely on, in as few words as possible. It shares nothing with the product.
 */
export type State = { readonly capacity: number; readonly entries: Readonly<Record<string, Entry>> }

const graceMinutes = 15
/** So long before its start a reservation may be checked in. */
const aheadMinutes = 15
const live = ({ status }: Entry): boolean => status === 'held' || status === 'confirmed' || status === 'active'
const begin = ({ status, from }: Entry): number => (status === 'active' ? 0 : from)
const end = ({ status, to }: Entry): number => (status === 'active' ? Math.max(to, graceMinutes) : to)

const peak = ({ entries }: State, from: number, to: number, without?: string): number => {
  let most = 0
  for (let at = from; at < to; at++) {
    let used = 0
    for (const [id, entry] of Object.entries(entries))
      if (id !== without && live(entry) && begin(entry) <= at && at < end(entry)) used += entry.units
    most = Math.max(most, used)
  }
  return most
}

const fits = (state: State, from: number, to: number, units: number, without?: string): boolean =>
  peak(state, from, to, without) + units <= state.capacity

const put = (state: State, id: string, entry: Entry): State => ({
  ...state,
  entries: { ...state.entries, [id]: entry },
})

type Applied = { readonly outcome: Outcome; readonly state: State }

/** What becomes of the list, and what the user is told. `id` names what a booking makes. */
export const apply = (state: State, operation: Operation, id: string): Applied => {
  const no = (outcome: Outcome): Applied => ({ outcome, state })
  const yes = (after: State): Applied => ({ outcome: 'done', state: after })
  switch (operation.kind) {
    case 'book':
    case 'hold': {
      const { from, to, units, kind } = operation
      if (units > state.capacity) return no('above-capacity')
      if (!fits(state, from, to, units)) return no('busy')
      return yes(put(state, id, { from, to, units, status: kind === 'hold' ? 'held' : 'confirmed' }))
    }
    case 'capacity':
      // Less than before must leave room for everything that stands; what is in use longer than planned may exceed it already.
      return operation.units >= state.capacity || peak(state, 0, 400) <= operation.units
        ? yes({ ...state, capacity: operation.units })
        : no('invalid-state')
    default: {
      const entry = state.entries[operation.target]
      if (!entry) throw new Error(`${operation.target} was never made`)
      const { target } = operation
      const ahead = entry.status === 'held' || entry.status === 'confirmed'
      switch (operation.kind) {
        case 'confirm':
          return entry.status === 'confirmed'
            ? yes(state)
            : entry.status === 'held'
              ? yes(put(state, target, { ...entry, status: 'confirmed' }))
              : no('invalid-state')
        case 'cancel':
          if (entry.status === 'cancelled') return yes(state)
          return ahead ? yes(put(state, target, { ...entry, status: 'cancelled' })) : no('invalid-state')
        case 'check-in': {
          if (entry.status === 'active') return yes(state)
          if (entry.status !== 'confirmed' || entry.from > aheadMinutes) return no('invalid-state')
          // What is begun before its time needs the time until then, too.
          if (entry.from > 0 && !fits(state, 0, entry.to, entry.units, operation.target)) return no('busy')
          const inUse = Object.entries(state.entries)
            .filter(([, other]) => other.status === 'active')
            .reduce((sum, [, other]) => sum + other.units, 0)
          return inUse + entry.units <= state.capacity
            ? yes(put(state, target, { ...entry, status: 'active' }))
            : no('busy')
        }
        case 'check-out':
          if (entry.status === 'released') return yes(state)
          return entry.status === 'active' || (entry.status === 'confirmed' && entry.from <= 0)
            ? yes(put(state, target, { ...entry, status: 'released' }))
            : no('invalid-state')
        case 'end':
        case 'move': {
          // While it is in use only its end can be changed.
          const may = ahead || (operation.kind === 'end' && entry.status === 'active')
          if (!may) return no('invalid-state')
          const { from, to } = { from: entry.from, ...operation }
          if (to <= from) return no('empty')
          const within = entry.from <= from && to <= entry.to
          if (!within && !fits(state, from, to, entry.units, target)) return no('busy')
          return yes(put(state, target, { ...entry, from, to }))
        }
      }
    }
  }
}

/** Never more in use than there is. */
export const holds = (state: State): boolean => peak(state, 0, 400) <= state.capacity
