import type { OrderId } from '../ids.ts'
import { qualifiedUntil } from '../people/presence.ts'
import { windowsOf } from '../plans/order-windows.ts'
import type { LeftOut } from '../plans/plan.ts'
import type { PlannedOrder } from '../plans/plan-input.ts'
import { toldUnposed } from '../plans/told-unposed.ts'
import { nameOf, tellDue } from './because.ts'
import { tellNobody } from './nobody.ts'
import type { State } from './state.ts'
import type { Task } from './task.ts'
import { isOfUnknownType } from './unassignable.ts'

type Told = Omit<LeftOut, 'orderId'>

/** Why an order is not even looked at; undefined where it is. */
export const toldUntouched = (planned: PlannedOrder): Told | undefined => {
  const { byHandOnly, type } = planned.order
  if (byHandOnly !== undefined)
    return {
      code: 'BY_HAND_ONLY',
      message: `It is not to be assigned automatically: ${byHandOnly}`,
      remedy: 'Put it somewhere by hand, or take `byHandOnly` away.',
    }
  if (isOfUnknownType(planned))
    return {
      code: 'UNKNOWN_TYPE',
      message: `There is no type "${type}" of orders any more, so nobody knows what it needs.`,
      remedy: 'Give it another type or none, or bring that type back.',
    }
  return undefined
}

/** An order whose companion it is has no place. */
export const toldWithoutOther = (other: PlannedOrder): Told => ({
  code: 'WAITS_FOR_OTHER',
  message: `"${other.order.name}", which it follows, has no place in this plan.`,
  remedy: 'It is assigned when that one is.',
})

export const unexamined: Told = {
  code: 'NOT_FOUND_IN_BUDGET',
  message: 'The time for this plan was over before its turn came, or before it was looked for why it has no place.',
  remedy: 'Plan again with more seconds.',
}

/** Who is qualified for what an order needs, but not until the end of the time in which it may be done; undefined where nobody is. */
const toldExpiring = (s: State, { needs }: Task): Told | undefined => {
  const short = needs.flatMap(({ able, want }) => {
    if (able.length > 0 || !('capability' in want)) return []
    const { capability } = want
    return [...s.agendas.values()].flatMap(({ asset: { name, person } }) => {
      const until = person && qualifiedUntil(person, capability)
      return until === undefined || until === 'always' ? [] : [`"${name}" for "${capability}" until ${until}`]
    })
  })
  if (short.length === 0) return undefined
  const more = short.length > 5 ? ` and ${short.length - 5} more` : ''
  return {
    code: 'NO_CAPABLE_ASSET',
    message: `Nobody is qualified for it until the end of the time in which it may be done: ${short.slice(0, 5).join(', ')}${more}.`,
    remedy: 'Renew the qualification, or give it a `due` before that ends.',
  }
}

/** It has nothing to be done by, or no time at all. */
const toldImpossible = (s: State, task: Task): Told => {
  const { planned, needs, starts, durationMs, bond } = task
  const told = toldUnposed(s.input.freezeMs)
  const isAble = planned.candidates.every((ids) => ids.some((id) => s.agendas.has(id)))
  if (isAble && bond !== undefined && needs.some(({ able }) => able.length === 0))
    return {
      code: 'NOBODY_AVAILABLE',
      message: 'Nobody may do it but who does the order that it follows, or that follows it.',
      remedy: 'Let more people or assets do what it needs.',
    }
  if (needs.some(({ able, want }) => able.length === 0 && !('duty' in want)))
    return toldExpiring(s, task) ?? told['no-asset']
  if (needs.some(({ able }) => able.length === 0)) return told['no-turn']
  const { span, freezeMs } = s.input
  const { starts: _starts, ...constraints } = planned.order.constraints ?? {}
  const anytime = { ...planned, order: { ...planned.order, constraints } }
  const isLongEnough = (from: number): boolean =>
    windowsOf(anytime, span, from).some(({ startMs, endMs }) => endMs - startMs >= durationMs)
  if (!isLongEnough(freezeMs) && isLongEnough(span.startMs)) return told.frozen
  if (starts && isLongEnough(freezeMs))
    return {
      code: 'INVALID_WINDOW',
      message: `It may begin at ${starts.times.join(', ')} (${starts.timeZone}); at none of these times it would lie within its window.`,
      remedy: 'Change `release`, `due` or the times at which it may begin, or plan further ahead.',
    }
  return told['no-window']
}

/** Why an order has no place, with all else as it stands. */
export const toldUnplaced = (s: State, task: Task): Told => {
  const nobody = task.needs.some(({ able }) => able.length === 0) ? undefined : tellNobody(s, task)
  const why = nobody ? { code: 'NOBODY_AVAILABLE' as const, ...nobody } : toldImpossible(s, task)
  return task.bond === undefined ? why : { ...why, message: `${why.message} ${task.bond}` }
}

/** The same of an order that made way for another. */
export const toldBumped = (s: State, { score }: Task, bumpedBy: OrderId | undefined, why: Told): Told => {
  const by = bumpedBy === undefined ? undefined : s.placed.get(bumpedBy)?.task
  if (!by) return why
  const message = `It made way for ${nameOf(by)}, which ${tellDue(by)} (score ${by.score}; this one ${score}). ${why.message}`
  return { ...why, code: 'BUMPED', message, bumpedBy: by.id }
}
