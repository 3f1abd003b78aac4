import type { AssetId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { dutiesIn } from '#domain/orders/requirement-duties.ts'
import { onDutyAt } from '#domain/rotations/turns.ts'
import { candidatesOf, type Wanted } from '../reservations/wanted.ts'
import { readDuties } from '../rotations/read-duties.ts'
import type { World } from '../world.ts'

/** The assets that a requirement may be, and, of a duty, who has it and why. */
export type Candidates = { readonly ids: readonly AssetId[]; readonly told?: string | undefined }

/** The assets that each requirement of an order may be where it begins at a moment. */
export const candidatesAt = async (
  { workspaceId, requirements }: Pick<Order, 'workspaceId' | 'requirements'>,
  startMs: number,
  world: Pick<World, 'store'>,
): Promise<readonly Candidates[]> => {
  const others = requirements.flatMap((want): Wanted[] => ('duty' in want ? [] : [want]))
  const [found, duties] = await Promise.all([
    candidatesOf(workspaceId, others, world),
    readDuties(workspaceId, dutiesIn(requirements), { startMs, endMs: startMs + 1 }, world),
  ])
  let next = 0
  return requirements.map((want) => {
    if (!('duty' in want)) return { ids: found[next++] ?? [] }
    const { assetIds, told } = onDutyAt(duties, want.duty, startMs)
    return { ids: assetIds, told }
  })
}
