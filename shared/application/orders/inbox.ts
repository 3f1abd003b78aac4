import type { WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { type OrderScore, type PolicyName, scoreOf } from '#domain/orders/score.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

/** Open orders of a workspace at most; a plan looks at all of them. */
export const mostOpenOrders = 20_000

/** All orders that wait to be planned, and those that time is held for. */
export const openOrders = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<Order[]> => {
  const found: Order[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.openOrders(workspaceId, { limit: 100, cursor })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && found.length < mostOpenOrders)
  return found
}

/** Whether a plan may take it now: put off, it waits until its day has come, or until it is reopened. */
export const waitsToBePlanned = ({ status, deferredUntil }: Order, nowMs: number): boolean =>
  status === 'new' || (status === 'deferred' && deferredUntil !== undefined && msOf(deferredUntil) <= nowMs)

export type Inbox = {
  readonly policy: PolicyName
  /** All that wait. */
  readonly waiting: number
  readonly items: readonly { readonly order: Order; readonly score: OrderScore }[]
}

/** What waits to be planned, the most urgent first under a policy; each with its score and how it came about. */
export const inbox = async (
  of: { readonly workspaceId: WorkspaceId; readonly policy: PolicyName; readonly limit: number },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Inbox> => {
  const nowMs = world.clock.now()
  const waiting = (await openOrders(of.workspaceId, world)).filter((order) => waitsToBePlanned(order, nowMs))
  const items = waiting
    .map((order) => ({ order, score: scoreOf(order, of.policy, nowMs) }))
    .toSorted((a, b) => b.score.score - a.score.score || (a.order.id < b.order.id ? -1 : 1))
  return { policy: of.policy, waiting: waiting.length, items: items.slice(0, of.limit) }
}
