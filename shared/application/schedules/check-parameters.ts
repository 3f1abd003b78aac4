import { type Reason, Refusal } from '#domain/errors.ts'
import type { ProtocolId, WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'

/** The protocol of a schedule must be there and active, and take these parameters. @throws Refusal `invalid` with all reasons */
export const checkParameters = async (
  of: { readonly workspaceId: WorkspaceId; readonly protocolId: ProtocolId; readonly parameters: unknown },
  world: Pick<World, 'store' | 'parameters'>,
): Promise<void> => {
  const { workspaceId, protocolId, parameters } = of
  const protocol = await world.store.get('protocol', { workspaceId, id: protocolId })
  const refuse = (message: string, reasons: readonly Reason[]) => new Refusal('invalid', message, { reasons })
  if (!protocol)
    throw refuse(
      `There is no protocol ${protocolId} in this workspace. Create it first, or list them to see which there are.`,
      [{ code: 'unknown-protocol', message: 'no such protocol in this workspace', path: '/protocolId' }],
    )
  if (protocol.status !== 'active')
    throw refuse(`Protocol "${protocol.name}" is archived; PATCH its status to active, or name another.`, [
      { code: 'protocol-archived', message: 'archived', path: '/protocolId' },
    ])
  const reasons = protocol.parametersSchema ? world.parameters.check(protocol.parametersSchema, parameters) : []
  if (reasons.length > 0)
    throw refuse(`The parameters do not fit protocol "${protocol.name}". See the reasons.`, reasons)
}
