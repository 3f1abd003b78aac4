import type { Actor } from '#domain/audit/entry.ts'
import type { ProtocolId, WorkspaceId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import { changeDocument, type Expected, touched } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'
import { checkProtocol, type NewProtocol } from './check-protocol.ts'

/**
 * Changes a protocol; status `archived` is its soft delete. Runs that are open keep what they were opened with.
 * @throws Refusal `not_found`, `stale_version`, `invalid` with all reasons
 */
export const changeProtocol = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: ProtocolId
    readonly actor: Actor
    readonly version: Expected
    readonly patch: Patch<NewProtocol & Pick<Protocol, 'status'>>
  },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'parameters'>,
): Promise<Protocol> =>
  changeDocument(
    'protocol',
    {
      ...input,
      action: input.patch.status === 'archived' ? 'protocol.archived' : 'protocol.changed',
      change: async (current) => {
        const after = applied<Protocol>(current, input.patch)
        if (after === current) return current
        if (after.status === 'active') await checkProtocol(input.workspaceId, after, world)
        return { ...after, ...touched(input.actor, world) }
      },
    },
    world,
  )
