import { type Reason, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import type { World } from '../world.ts'

type Stamps = 'workspaceId' | 'id' | 'status' | 'version' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'
export type NewProtocol = Omit<Protocol, Stamps>

/** Characters of a payload as JSON. */
const payloadLength = 16_384

/** Absolute, or with a step upwards: whatever roots the agent has, this is not below one of them. */
const leadsOutside = (path: string): boolean =>
  /^(?:[/\\~]|[A-Za-z]:)|\p{Cc}/u.test(path) || path.split(/[/\\]/).includes('..')

/** Everything because of which a protocol could never run. @throws Refusal `invalid` with all reasons */
export const checkProtocol = async (
  workspaceId: WorkspaceId,
  protocol: NewProtocol,
  world: Pick<World, 'store' | 'parameters'>,
): Promise<void> => {
  const named = protocol.requirements.flatMap((need, index) => ('assetId' in need ? [{ ...need, index }] : []))
  const assets = await world.store.getMany(
    'asset',
    named.map(({ assetId }) => ({ workspaceId, id: assetId })),
  )
  const reasons: Reason[] = named.flatMap((need, at): Reason[] => {
    const asset = assets[at]
    const path = `/requirements/${need.index}`
    if (!asset)
      return [
        {
          code: 'unknown-asset',
          message: `there is no asset ${need.assetId} in this workspace`,
          path: `${path}/assetId`,
        },
      ]
    if (asset.status === 'retired')
      return [{ code: 'asset-retired', message: `${asset.name} is retired`, path: `${path}/assetId` }]
    if (asset.capacity < need.units)
      return [
        {
          code: 'above-capacity',
          message: `${asset.name} has ${asset.capacity} unit(s), so ${need.units} never fit`,
          path: `${path}/units`,
        },
      ]
    return []
  })
  if (protocol.parametersSchema) reasons.push(...world.parameters.checkSchema(protocol.parametersSchema))
  if (protocol.path !== undefined && leadsOutside(protocol.path))
    reasons.push({
      code: 'path-outside-roots',
      message:
        'a path is relative to the directories that the agent was started with (--root), without ".." and control characters',
      path: '/path',
    })
  const cleanUpId = protocol.overtime?.cleanUpProtocolId
  if (cleanUpId !== undefined && !(await world.store.get('protocol', { workspaceId, id: cleanUpId })))
    reasons.push({
      code: 'unknown-protocol',
      message: `there is no protocol ${cleanUpId} in this workspace`,
      path: '/overtime/cleanUpProtocolId',
    })
  if (protocol.payload && JSON.stringify(protocol.payload).length > payloadLength)
    reasons.push({
      code: 'payload-too-large',
      message: `the payload is larger than ${payloadLength} characters; put it in a file beside the instrument and name its path`,
      path: '/payload',
    })
  if (reasons.length > 0)
    throw new Refusal('invalid', 'The protocol could never run as it is described. See the reasons.', { reasons })
}
