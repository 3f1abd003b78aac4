import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'
import type { OrderFields } from './check-order.ts'

/** An order as a person writes it: what it needs may be left out where it has a protocol. */
export type WrittenOrder = Omit<OrderFields, 'requirements'> & {
  readonly requirements?: OrderFields['requirements'] | undefined
}

/** @returns the order with what it needs: its own requirements, or those of its protocol. @throws Refusal `invalid` */
export const withRequirements = async (
  workspaceId: WorkspaceId,
  order: WrittenOrder,
  world: Pick<World, 'store'>,
): Promise<OrderFields> => {
  const { requirements, protocolId } = order
  if (requirements) return { ...order, requirements }
  const protocol = protocolId && (await world.store.get('protocol', { workspaceId, id: protocolId }))
  if (protocol) return { ...order, requirements: [...protocol.requirements] }
  const message = protocolId
    ? `there is no protocol ${protocolId} in this workspace`
    : 'say which assets it needs, or name a protocol'
  throw new Refusal('invalid', `The order cannot be kept as it is written: ${message}.`, {
    reasons: [
      { code: protocolId ? 'no-protocol' : 'required', message, path: protocolId ? '/protocolId' : '/requirements' },
    ],
  })
}
