import type { OrderRequirement } from './requirement.ts'

/** The duties that requirements name. */
export const dutiesIn = (requirements: readonly OrderRequirement[]): ReadonlySet<string> =>
  new Set(requirements.flatMap((want) => ('duty' in want ? [want.duty] : [])))
