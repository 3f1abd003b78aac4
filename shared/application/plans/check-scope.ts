import { type Reason, Refusal } from '#domain/errors.ts'
import type { AssetId, OrderId, WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'

/** So many are told. */
const most = 20

export type Scope = {
  readonly workspaceId: WorkspaceId
  readonly orderIds?: readonly OrderId[] | undefined
  readonly assetIds?: readonly AssetId[] | undefined
}

/** That the orders and assets that are named are there: a plan for nothing would look like a good one. @throws Refusal `invalid` */
export const checkScope = async (
  { workspaceId, orderIds = [], assetIds = [] }: Scope,
  { store }: Pick<World, 'store'>,
  under = '',
): Promise<void> => {
  const keysOf = (ids: readonly string[]) => ids.map((id) => ({ workspaceId, id }))
  const [orders, assets] = await Promise.all([
    orderIds.length > 0 ? store.getMany('order', keysOf(orderIds)) : [],
    assetIds.length > 0 ? store.getMany('asset', keysOf(assetIds)) : [],
  ])
  const missing = (what: string, ids: readonly string[], found: readonly unknown[], path: string): Reason[] =>
    ids.flatMap((id, index) =>
      found[index]
        ? []
        : [
            {
              code: `no-${what}`,
              message: `there is no ${what} ${id} in this workspace`,
              path: `${under}/${path}/${index}`,
            },
          ],
    )
  const reasons = [...missing('order', orderIds, orders, 'orderIds'), ...missing('asset', assetIds, assets, 'assetIds')]
  if (reasons.length === 0) return
  const told = reasons.slice(0, most)
  const others = reasons.length > most ? ` and ${reasons.length - most} more` : ''
  throw new Refusal(
    'invalid',
    `Nothing was planned: ${told.map(({ message }) => message).join('; ')}${others}. Take them out of the list, or leave the list out to plan everything.`,
    { reasons: told },
  )
}
