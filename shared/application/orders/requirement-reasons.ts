import type { Reason } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { OrderRequirement } from '#domain/orders/requirement.ts'
import { describeWanted } from '../reservations/wanted.ts'
import { rotationOf } from '../rotations/read-rotation.ts'
import type { World } from '../world.ts'

export const describeRequirement = (want: OrderRequirement): string =>
  'duty' in want ? `duty "${want.duty}"` : describeWanted(want)

/** What is wrong with each of some lists of requirements: what they name must be there, and be named once. Reads all in one round. */
export const requirementReasons = async (
  workspaceId: WorkspaceId,
  lists: readonly (readonly OrderRequirement[])[],
  world: Pick<World, 'store'>,
): Promise<readonly Reason[][]> => {
  const all = lists.flat()
  const ids = [...new Set(all.flatMap((want) => ('assetId' in want ? [want.assetId] : [])))]
  const [assets, rulebook, rotation] = await Promise.all([
    ids.length > 0
      ? world.store.getMany(
          'asset',
          ids.map((id) => ({ workspaceId, id })),
        )
      : [],
    all.some((want) => 'groupId' in want) ? world.store.rulebook(workspaceId) : undefined,
    all.some((want) => 'duty' in want) ? rotationOf(workspaceId, world) : undefined,
  ])
  const there = new Set(assets.flatMap((asset) => (asset && asset.status !== 'retired' ? [asset.id] : [])))
  const isKnown = (want: OrderRequirement): boolean => {
    if ('assetId' in want) return there.has(want.assetId)
    if ('groupId' in want) return rulebook?.assetGroups.some(({ id }) => id === want.groupId) ?? false
    return 'duty' in want ? (rotation?.duties.some(({ duty }) => duty === want.duty) ?? false) : true
  }
  return lists.map((list) => {
    const named = list.map((want) =>
      'assetId' in want ? want.assetId : 'duty' in want ? `duty ${want.duty}` : undefined,
    )
    return list.flatMap((want, index): Reason[] => {
      const path = `/requirements/${index}`
      const name = named[index]
      if (name !== undefined && named.indexOf(name) !== named.lastIndexOf(name)) {
        const instead = 'duty' in want ? 'one person has it on a day' : 'name it once, with all `units`'
        return [{ code: 'twice', message: `${describeRequirement(want)} is named twice; ${instead}`, path }]
      }
      if (isKnown(want)) return []
      const code = 'duty' in want ? 'unknown-duty' : 'unknown-asset'
      return [{ code, message: `there is no ${describeRequirement(want)} in this workspace`, path }]
    })
  })
}
