import type { AssetId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { dutiesIn } from '#domain/orders/requirement-duties.ts'
import { canDo, canDoUntil } from '#domain/people/abilities.ts'
import { qualifiedUntil } from '#domain/people/presence.ts'
import { onDutyAt } from '#domain/rotations/turns.ts'
import { minutes } from '#domain/time.ts'
import { allAssets } from '../reservations/wanted.ts'
import { readDuties } from '../rotations/read-duties.ts'
import type { World } from '../world.ts'

/** The assets that a requirement may be. */
export type Candidates = {
  readonly ids: readonly AssetId[]
  /** Of a duty: who has it, and why. */
  readonly told?: string | undefined
  /** Of those whose qualification has expired by then, why not. */
  readonly expired?: ReadonlyMap<AssetId, string> | undefined
}

/** The assets that each requirement of an order may be where it begins at a moment. */
export const candidatesAt = async (
  { workspaceId, requirements, durationMinutes }: Pick<Order, 'workspaceId' | 'requirements' | 'durationMinutes'>,
  startMs: number,
  world: Pick<World, 'store'>,
): Promise<readonly Candidates[]> => {
  const endMs = startMs + minutes(durationMinutes)
  const [rulebook, assets, duties] = await Promise.all([
    requirements.some((want) => 'groupId' in want) ? world.store.rulebook(workspaceId) : undefined,
    requirements.some((want) => 'capability' in want) ? allAssets(workspaceId, world) : [],
    readDuties(workspaceId, dutiesIn(requirements), { startMs, endMs: startMs + 1 }, world),
  ])
  return requirements.map((want): Candidates => {
    if ('assetId' in want) return { ids: [want.assetId] }
    if ('groupId' in want) return { ids: rulebook?.assetGroups.find(({ id }) => id === want.groupId)?.assetIds ?? [] }
    if ('duty' in want) {
      const { assetIds, told } = onDutyAt(duties, want.duty, startMs)
      return { ids: assetIds, told }
    }
    const { capability } = want
    const able = assets.filter((asset) => asset.status !== 'retired' && canDo(asset, capability))
    const still = able.filter((asset) => canDoUntil(asset, capability, endMs))
    const expired = able.flatMap(({ id, name, person }) => {
      const until = person && qualifiedUntil(person, capability)
      const why = `${name} is qualified for "${capability}" until ${until} only`
      return still.some((asset) => asset.id === id) ? [] : [[id, why] as const]
    })
    return { ids: still.map(({ id }) => id), expired: new Map(expired) }
  })
}
