import { type Actor, actorName } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import { instantOf } from '#domain/time.ts'
import { changeDocument, createDocument } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'

type Core = Pick<World, 'store' | 'clock' | 'ids' | 'parameters'>
type Stamps = 'workspaceId' | 'id' | 'status' | 'version' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'
export type NewProtocol = Omit<Protocol, Stamps>

const payloadBytes = 16_384

const check = async (workspaceId: WorkspaceId, protocol: NewProtocol, world: Core): Promise<void> => {
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
  if (protocol.payload && JSON.stringify(protocol.payload).length > payloadBytes)
    reasons.push({
      code: 'payload-too-large',
      message: `the payload is larger than ${payloadBytes} bytes; put it in a file beside the instrument and name its path`,
      path: '/payload',
    })
  if (reasons.length > 0)
    throw new Refusal('invalid', 'The protocol could never run as it is described. See the reasons.', { reasons })
}

/** @throws Refusal `invalid` with all reasons */
export const createProtocol = async (
  input: { workspaceId: WorkspaceId; actor: Actor; protocol: NewProtocol },
  world: Core,
): Promise<Protocol> => {
  const { workspaceId, actor, protocol } = input
  await check(workspaceId, protocol, world)
  const at = instantOf(world.clock.now())
  const by = actorName(actor)
  const stamps = { status: 'active', version: 1, createdAt: at, createdBy: by, updatedAt: at, updatedBy: by } as const
  return createDocument(
    'protocol',
    { workspaceId, id: `pro_${world.ids.unique()}`, ...protocol, ...stamps },
    actor,
    world,
  )
}

/** @throws Refusal `not_found`, `stale_version`, `invalid` */
export const changeProtocol = (
  input: {
    workspaceId: WorkspaceId
    id: Protocol['id']
    actor: Actor
    version: number | undefined
    patch: Patch<NewProtocol & Pick<Protocol, 'status'>>
  },
  world: Core,
): Promise<Protocol> =>
  changeDocument(
    'protocol',
    {
      ...input,
      action: input.patch.status === 'archived' ? 'protocol.archived' : 'protocol.changed',
      change: async (current) => {
        const stamps = { updatedAt: instantOf(world.clock.now()), updatedBy: actorName(input.actor) }
        const after = { ...applied(current, input.patch), ...stamps }
        if (after.status === 'active') await check(input.workspaceId, after, world)
        return after
      },
    },
    world,
  )
