/** Orders that follow one another, as long a chain as there may be. */
import { expect, test } from 'vitest'
import { othersFirst } from '#domain/plans/others-first.ts'
import type { PlannedOrder } from '#domain/plans/plan-input.ts'

const chain = (length: number): PlannedOrder[] =>
  Array.from({ length }, (_, number) => {
    const follows = number + 1 < length ? { follows: { orderId: `ord_${number + 1}`, minMinutes: 0 } } : {}
    return { order: { id: `ord_${number}`, ...follows }, candidates: [], worth: 1 } as unknown as PlannedOrder
  })

test('a chain of 50,000 orders is put in order, the first of it first', () => {
  const orders = chain(50_000)
  expect(othersFirst(orders)).toEqual(orders.toReversed())
})
