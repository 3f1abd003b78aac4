import type { HealthCheck } from '#domain/assets/health.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'

/** The protocol that checks an asset must be there. @throws Refusal `invalid` */
export const checkHealthCheck = async (
  workspaceId: WorkspaceId,
  healthCheck: HealthCheck | undefined,
  world: Pick<World, 'store'>,
): Promise<void> => {
  if (!healthCheck) return
  if (!(await world.store.get('protocol', { workspaceId, id: healthCheck.protocolId })))
    throw new Refusal('invalid', `There is no protocol ${healthCheck.protocolId} in this workspace.`, {
      reasons: [{ code: 'unknown-protocol', message: 'no such protocol', path: '/healthCheck/protocolId' }],
    })
}
