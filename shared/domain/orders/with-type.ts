import type { Reason } from '../errors.ts'
import type { Follows } from './companion.ts'
import type { Order } from './order.ts'
import type { OrderType } from './order-type.ts'
import type { OrderRequirement } from './requirement.ts'

/** What of an order its type may say. */
export type Typed = {
  readonly [K in 'durationMinutes' | 'requirements' | 'constraints' | 'follows']?: Order[K] | undefined
}

/** What is asked for, without how much of it. */
const asked = (want: OrderRequirement): string => {
  const { units: _units, ...what } = want
  return JSON.stringify(what)
}

/** How an order follows another: as it says itself, else as its type says. No gap at all, the usual, counts as not said. */
const bondOf = (said: Follows, companion: OrderType['companion']): Follows => {
  if (!companion) return said
  const { offsetMinutes, toleranceMinutes, timeZone, from } = companion
  const { orderId, maxMinutes, sameDay = true, otherAssets = true } = said
  const usual = Math.min(offsetMinutes, maxMinutes ?? offsetMinutes)
  const minMinutes = said.minMinutes === 0 ? usual : said.minMinutes
  return {
    orderId,
    minMinutes,
    maxMinutes: maxMinutes ?? minMinutes + toleranceMinutes,
    ...((said.from ?? from) && { from: 'start' }),
    sameDay,
    ...(sameDay && { timeZone: said.timeZone ?? timeZone }),
    otherAssets,
  }
}

/** An order with what its type says written into it: whatever it says itself stands, and nothing is asked for twice. */
export const withType = <O extends Typed>(
  order: O,
  { durationMinutes, requirements, starts, companion }: OrderType,
): O => {
  const own = order.requirements ?? []
  const known = new Set(own.map(asked))
  const all = [...own, ...requirements.filter((want) => !known.has(asked(want)))]
  return {
    ...order,
    ...(order.durationMinutes === undefined && durationMinutes !== undefined && { durationMinutes }),
    ...(all.length > own.length && { requirements: all }),
    ...(starts && !order.constraints?.starts && { constraints: { ...order.constraints, starts } }),
    ...(order.follows && { follows: bondOf(order.follows, companion) }),
  }
}

/** What keeps an order from being of a type: a companion must follow another. */
export const lacksForType = ({ follows }: Typed, { type, companion }: OrderType): Reason[] =>
  companion && !follows
    ? [
        {
          code: 'required',
          message: `an order of type "${type}" follows another; say which`,
          path: '/follows',
        },
      ]
    : []

/** What is inconsistent in a type itself. Paths are relative to it. */
export const typeReasons = ({ companion, durationMinutes = 1, requirements }: OrderType): Reason[] => {
  const all = requirements.map(asked)
  const twice = all.flatMap((one, index): Reason[] =>
    all.indexOf(one) < index
      ? [{ code: 'twice', message: 'it asks for the same twice', path: `/requirements/${index}` }]
      : [],
  )
  const late = companion && companion.offsetMinutes + durationMinutes > 1_440
  return [
    ...twice,
    ...(late
      ? [
          {
            code: 'companion-beyond-day',
            message: `beginning ${companion.offsetMinutes} minutes after the other and taking ${durationMinutes}, it never ends on the same day`,
            path: '/companion/offsetMinutes',
          },
        ]
      : []),
  ]
}
