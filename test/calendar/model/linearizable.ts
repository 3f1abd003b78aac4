import { apply, type Operation, type Outcome, type State } from './oracle.ts'

/** One operation as a client saw it: when it was asked, when it was answered, and what. */
export type Event = {
  readonly operation: Operation
  readonly outcome: Outcome
  /** Of what it made. */
  readonly id: string
  readonly asked: number
  readonly answered: number
}

/** Of histories that clients of an engine made, one in some hundred takes this long; a wrong one is given up there. */
const mostSteps = 200_000

/**
 * Whether the operations could have happened one after the other, each at some moment between question and answer, with the
 * very answers that were given (Wing and Gong; Lowe's memory of what was tried). @returns an order, or undefined
 */
export const linearize = (initial: State, history: readonly Event[]): Event[] | undefined => {
  // Mostly they took effect in the order in which they were answered, so that is tried first.
  const events = history.toSorted((a, b) => a.answered - b.answered)
  const places = new Map(events.map((event, index) => [event, index]))
  const tried = new Set<string>()
  const order: Event[] = []
  let steps = 0
  const search = (state: State, rest: readonly Event[]): boolean => {
    if (rest.length === 0) return true
    steps += 1
    // A history of some forty operations that could have happened is decided in a few hundred steps.
    if (steps > mostSteps) return false
    const key = `${rest.map((event) => places.get(event)).join()}|${JSON.stringify(state)}`
    if (tried.has(key)) return false
    tried.add(key)
    // Nothing can come before what was answered before it was asked.
    const firstAnswer = Math.min(...rest.map(({ answered }) => answered))
    for (const event of rest) {
      if (event.asked > firstAnswer) continue
      const { operation } = event
      if ('target' in operation && !(operation.target in state.entries)) continue
      const applied = apply(state, operation, event.id)
      if (applied.outcome !== event.outcome) continue
      order.push(event)
      if (
        search(
          applied.state,
          rest.filter((other) => other !== event),
        )
      )
        return true
      order.pop()
    }
    return false
  }
  return search(initial, events) ? order : undefined
}
