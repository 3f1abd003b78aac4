import type { WorkspaceId } from '#domain/ids.ts'
import type { OrderType, OrderTypes } from '#domain/orders/order-type.ts'
import type { World } from '../world.ts'

/** The types of orders of a workspace; none where nobody ever said any. */
export const orderTypesOf = async (workspaceId: WorkspaceId, { store }: Pick<World, 'store'>): Promise<OrderTypes> =>
  (await store.get('orderTypes', { workspaceId })) ?? { workspaceId, types: [], version: 0 }

/** A type by its name; undefined where nothing is named, or there is none of that name. */
export const orderTypeNamed = async (
  workspaceId: WorkspaceId,
  name: string | undefined,
  world: Pick<World, 'store'>,
): Promise<OrderType | undefined> =>
  name === undefined ? undefined : (await orderTypesOf(workspaceId, world)).types.find(({ type }) => type === name)
