import type { PlanId, SnapshotId } from '../ids.ts'

/** Plans and snapshots are kept in parts that one document holds. Apart from their schemas, which a clean-up does not need. */
export const itemsPerPart = 200
export const slotsPerPart = 200
export const partIdOf = (id: PlanId | SnapshotId, part: number): string => `${id}-${part}`
