import type { Order } from '../orders/order.ts'
import { instantOf } from '../time.ts'
import type { LeftOut } from './plan.ts'

type Told = Omit<LeftOut, 'orderId'>

/** Why an order was not even looked at closely. */
export const toldUnposed = (
  freezeMs: number,
): Readonly<Record<'no-asset' | 'no-turn' | 'no-window' | 'frozen', Told>> => ({
  'no-asset': {
    code: 'NO_CAPABLE_ASSET',
    message: 'No asset that may be booked can do it, or none has as many units.',
    remedy: 'Give an asset what it needs, bring one back into use, or change its requirements.',
  },
  'no-turn': {
    code: 'NOBODY_AVAILABLE',
    message: 'Nobody who may do it has the duty that it needs on any day within its window.',
    remedy: 'Say who has the duty on those days, or give it a longer window.',
  },
  'no-window': {
    code: 'INVALID_WINDOW',
    message: 'Within the time that is planned its window is shorter than it takes, or over.',
    remedy: 'Change `release`, `due` or its hours, or plan further ahead.',
  },
  frozen: {
    code: 'INSIDE_FREEZE',
    message: `Its window ends before ${instantOf(freezeMs)} or too soon after; nothing is put there any more.`,
    remedy: 'Book it by hand, give it more time, or plan with a shorter freeze window.',
  },
})

export const toldWaiting = ({ id, follows }: Order): LeftOut => ({
  orderId: id,
  code: 'WAITS_FOR_OTHER',
  message: `Order ${follows?.orderId}, which it follows, has no slot and is not being planned, or follows it in turn.`,
  remedy: 'Plan that one, too, or take `follows` away.',
})

/** What cannot be planned and has a slot keeps that. */
export const toldStaying = ({ status }: Order, why: LeftOut): LeftOut =>
  status === 'planned' || status === 'committed'
    ? { ...why, message: `${why.message} Its slot stays where it is: cancel it, or put it elsewhere by hand.` }
    : why
