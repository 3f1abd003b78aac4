import type { Order } from '#domain/orders/order.ts'
import { workOf } from '#domain/orders/work-of.ts'
import type { Work } from '#domain/rules/ask.ts'
import type { World } from '../world.ts'
import { orderTypesOf } from './read-order-types.ts'

/** What the type of an order is allowed on people, as the workspace says now; nothing of an order without a type. */
export const readWork = async (
  { workspaceId, type }: Pick<Order, 'workspaceId' | 'type'>,
  world: Pick<World, 'store'>,
): Promise<Work | undefined> =>
  type === undefined ? undefined : workOf((await orderTypesOf(workspaceId, world)).types, type)
