import { Refusal, type RefusalCode } from '#domain/errors.ts'
import type { Order } from '#domain/orders/order.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { Own } from '#domain/rules/ask.ts'
import type { World } from '../world.ts'
import { alternativesOf } from './item-alternatives.ts'
import type { Supposed } from './planned-calendar.ts'

/** Where another time or other assets may help. */
const passing: ReadonlySet<RefusalCode> = new Set(['asset_busy', 'against_rules', 'invalid_state', 'limit_exceeded'])

/** What kept an order from being put somewhere by hand, with up to three places where it fits, in the facts of its first reason. */
export const withAlternatives = async (
  error: unknown,
  of: {
    readonly order: Order
    readonly item: Pick<PlanItem, 'assets' | 'start'>
    readonly own?: Own | undefined
    /** The plan that it is put into. */
    readonly plan?: Pick<Supposed, 'items' | 'leftOut'> | undefined
  },
  world: Pick<World, 'store' | 'clock'>,
): Promise<unknown> => {
  if (!(error instanceof Refusal) || !passing.has(error.code)) return error
  const [first, ...others] = error.reasons
  if (!first) return error
  const alternatives = await alternativesOf(of.order, of.item, of.own, world, of.plan)
  if (alternatives.length === 0) return error
  return new Refusal(error.code, error.message, {
    reasons: [{ ...first, facts: { ...first.facts, alternatives } }, ...others],
    ...(error.current !== undefined && { current: error.current }),
  })
}
