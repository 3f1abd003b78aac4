import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { type OrderScore, type PolicyName, scoreOf } from '#domain/orders/score.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

/** Open orders of a workspace at most; a plan looks at all of them. */
export const mostOpenOrders = 20_000

/** Orders that wait to be planned, and those that time is held for; and whether there are more than are looked at. */
export const openOrdersSoFar = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store'>,
): Promise<{ readonly orders: readonly Order[]; readonly truncated: boolean }> => {
  const orders: Order[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.openOrders(workspaceId, { limit: 100, cursor })
    orders.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && orders.length < mostOpenOrders)
  return { orders, truncated: cursor !== undefined }
}

/** All of them. @throws Refusal `limit_exceeded` where there are more than a plan can look at */
export const openOrders = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<readonly Order[]> => {
  const { orders, truncated } = await openOrdersSoFar(workspaceId, world)
  if (truncated)
    throw new Refusal(
      'limit_exceeded',
      `More than ${mostOpenOrders} orders of this workspace are open, and a plan would not see all of them. Cancel or reject those that nobody wants, or commit what is planned.`,
    )
  return orders
}

/** Whether a plan may take it now: put off, it waits until its day has come, or until it is reopened. */
export const waitsToBePlanned = ({ status, deferredUntil }: Order, nowMs: number): boolean =>
  status === 'new' || (status === 'deferred' && deferredUntil !== undefined && msOf(deferredUntil) <= nowMs)

export type Inbox = {
  readonly policy: PolicyName
  /** All that wait. */
  readonly waiting: number
  /** Whether there are more open orders than were looked at. */
  readonly truncated: boolean
  readonly items: readonly { readonly order: Order; readonly score: OrderScore }[]
}

/** What waits to be planned, the most urgent first under a policy; each with its score and how it came about. */
export const inbox = async (
  of: { readonly workspaceId: WorkspaceId; readonly policy: PolicyName; readonly limit: number },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Inbox> => {
  const nowMs = world.clock.now()
  const { orders, truncated } = await openOrdersSoFar(of.workspaceId, world)
  const waiting = orders.filter((order) => waitsToBePlanned(order, nowMs))
  const items = waiting
    .map((order) => ({ order, score: scoreOf(order, of.policy, nowMs) }))
    .toSorted((a, b) => b.score.score - a.score.score || (a.order.id < b.order.id ? -1 : 1))
  return { policy: of.policy, waiting: waiting.length, truncated, items: items.slice(0, of.limit) }
}
