import type { Actor } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import { createDocument, made } from '../common/change-document.ts'
import type { World } from '../world.ts'
import { checkProtocol, type NewProtocol } from './check-protocol.ts'

/** @throws Refusal `invalid` with all reasons */
export const createProtocol = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly protocol: NewProtocol },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'parameters'>,
): Promise<Protocol> => {
  const { workspaceId, actor, protocol } = input
  await checkProtocol(workspaceId, protocol, world)
  const value: Protocol = {
    workspaceId,
    id: `pro_${world.ids.unique()}`,
    ...protocol,
    status: 'active',
    ...made(actor, world),
  }
  return createDocument('protocol', value, actor, world)
}
