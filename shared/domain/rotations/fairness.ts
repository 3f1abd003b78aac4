import type { AssetId } from '../ids.ts'
import type { Day } from '../time.ts'
import { holderOn } from './holder.ts'
import type { DutyException, Rotation } from './rotation.ts'

export type DutyShare = {
  readonly assetId: AssetId
  readonly days: number
  /** Of them, those that an exception gave them; and those that one took from them. */
  readonly stoodIn: number
  readonly relieved: number
  /** Days more (or less) than an equal share of the duty. */
  readonly aboveEqual: number
}
export type Fairness = {
  readonly duty: string
  readonly days: number
  readonly uncovered: number
  readonly shares: DutyShare[]
  /** Days between whoever has the most and whoever has the fewest. */
  readonly spread: number
}

/** How the duties of some days are shared among those who take them. */
export const fairnessOf = (
  rotation: Pick<Rotation, 'duties'>,
  exceptions: readonly DutyException[],
  days: readonly Day[],
): Fairness[] =>
  rotation.duties.map(({ duty }) => {
    const counts = new Map<AssetId, { days: number; stoodIn: number; relieved: number }>()
    const of = (assetId: AssetId) => {
      const known = counts.get(assetId) ?? { days: 0, stoodIn: 0, relieved: 0 }
      counts.set(assetId, known)
      return known
    }
    let covered = 0
    for (const day of days) {
      const holder = holderOn(rotation, exceptions, duty, day)
      if (holder.because === 'exception' && holder.standing !== undefined && holder.standing !== holder.assetId)
        of(holder.standing).relieved += 1
      if (holder.because === 'nobody' || holder.because === 'no-such-duty' || holder.assetId === undefined) continue
      covered += 1
      const counted = of(holder.assetId)
      counted.days += 1
      if (holder.because === 'exception' && holder.standing !== holder.assetId) counted.stoodIn += 1
    }
    const equal = counts.size === 0 ? 0 : covered / counts.size
    const shares = [...counts]
      .map(([assetId, count]) => ({ assetId, ...count, aboveEqual: Math.round((count.days - equal) * 100) / 100 }))
      .toSorted((a, b) => b.days - a.days || (a.assetId < b.assetId ? -1 : 1))
    const most = shares[0]?.days ?? 0
    return {
      duty,
      days: days.length,
      uncovered: days.length - covered,
      shares,
      spread: most - (shares.at(-1)?.days ?? 0),
    }
  })
