import type { Work } from '../rules/ask.ts'
import type { OrderType } from './order-type.ts'

/** What the types of orders say of work of one type; of a type that is not there any more only that it is of it. */
export const workOf = (types: readonly OrderType[], type: string | undefined): Work | undefined => {
  if (type === undefined) return undefined
  const own = types.find((one) => one.type === type)
  const gaps = types.flatMap((one) => (one.gapMinutes === undefined ? [] : [[one.type, one.gapMinutes] as const]))
  return {
    type,
    ...(own?.perPersonPerDay !== undefined && { perPersonPerDay: own.perPersonPerDay }),
    ...(own?.gapMinutes !== undefined && { gapMinutes: own.gapMinutes }),
    ...(gaps.length > 0 && { gaps: Object.fromEntries(gaps) }),
  }
}
