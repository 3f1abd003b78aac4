import type { Asset } from '#domain/assets/asset.ts'
import type { AssetId, GroupId, WorkspaceId } from '#domain/ids.ts'
import { canDo } from '#domain/people/abilities.ts'
import { allPages } from '../common/all-pages.ts'
import type { Rulebook, World } from '../world.ts'

/** What is asked for: this asset, any one of a group, or any one that can do something. */
export type Wanted = { readonly units: number } & (
  | { readonly assetId: AssetId }
  | { readonly groupId: GroupId }
  | { readonly capability: string }
)

export const isNamed = (want: Wanted): want is Extract<Wanted, { assetId: AssetId }> => 'assetId' in want

/** Units asked twice of one named asset add up; every position but that of the first is dropped. */
export const addUpNamed = (wanted: readonly Wanted[]): Wanted[] => {
  const sums = new Map<AssetId, number>()
  for (const want of wanted) if (isNamed(want)) sums.set(want.assetId, (sums.get(want.assetId) ?? 0) + want.units)
  const told = new Set<AssetId>()
  return wanted.flatMap((want): Wanted[] => {
    if (!isNamed(want)) return [want]
    if (told.has(want.assetId)) return []
    told.add(want.assetId)
    return [{ ...want, units: sums.get(want.assetId) ?? want.units }]
  })
}

/** In words, for messages. */
export const describeWanted = (want: Wanted, rulebook?: Rulebook): string => {
  if ('assetId' in want) return `asset ${want.assetId}`
  if ('capability' in want) return `"${want.capability}"`
  const group = rulebook?.assetGroups.find(({ id }) => id === want.groupId)
  return group ? `one of "${group.name}"` : `one of group ${want.groupId}`
}

/** Every asset of a workspace; for requests that name none. */
export const allAssets = (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<Asset[]> =>
  allPages((page) => world.store.list('asset', workspaceId, page))

/**
 * The assets that each thing asked for may be, in the order in which they are tried. Reads nothing where all are named.
 * Retired ones are left out.
 */
export const candidatesOf = async (
  workspaceId: WorkspaceId,
  wanted: readonly Wanted[],
  world: Pick<World, 'store'>,
): Promise<(readonly AssetId[])[]> => {
  const [rulebook, assets] = await Promise.all([
    wanted.some((want) => 'groupId' in want) ? world.store.rulebook(workspaceId) : undefined,
    wanted.some((want) => 'capability' in want) ? allAssets(workspaceId, world) : [],
  ])
  return wanted.map((want) => {
    if ('assetId' in want) return [want.assetId]
    if ('groupId' in want) return rulebook?.assetGroups.find(({ id }) => id === want.groupId)?.assetIds ?? []
    return assets.filter((asset) => asset.status !== 'retired' && canDo(asset, want.capability)).map(({ id }) => id)
  })
}
