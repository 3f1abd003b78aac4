import { Refusal } from '#domain/errors.ts'
import type { TypeId, WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'

/** The type that an asset names must be there. @throws Refusal `invalid` */
export const checkType = async (
  { workspaceId, typeId }: { readonly workspaceId: WorkspaceId; readonly typeId: TypeId | undefined },
  world: Pick<World, 'store'>,
): Promise<void> => {
  if (typeId === undefined || (await world.store.get('assetType', { workspaceId, id: typeId }))) return
  throw new Refusal(
    'invalid',
    `There is no asset type ${typeId} in this workspace. Make it first with POST …/asset-types.`,
    {
      reasons: [{ code: 'unknown-type', message: 'no such asset type in this workspace', path: '/typeId' }],
    },
  )
}
