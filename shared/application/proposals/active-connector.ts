import type { WorkspaceId } from '#domain/ids.ts'
import { type Connector, mostConnectors } from '#domain/proposals/connector.ts'
import type { World } from '../world.ts'

/** The outside system that is told what is approved: one at most. */
export const activeConnector = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store'>,
): Promise<Connector | undefined> => {
  const { items } = await world.store.list('connector', workspaceId, { limit: mostConnectors })
  return items.find(({ status }) => status === 'active')
}
