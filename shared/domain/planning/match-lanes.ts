/**
 * One lane for each need, none twice: `laneAt` tells the lane of a choice, or −1 where it cannot be taken. Earlier choices are
 * preferred; where they are taken, others make way along augmenting paths (Kuhn), so that twenty needs on twenty lanes take no longer
 * than their product. @returns the index of the choice of each need; undefined where there are too few lanes
 */
export const matchLanes = (
  needs: number,
  countOf: (need: number) => number,
  laneAt: (need: number, index: number) => number,
): readonly number[] | undefined => {
  const chosen: number[] = []
  const holders = new Map<number, number>()
  const take = (need: number, index: number, lane: number): true => {
    holders.set(lane, need)
    chosen[need] = index
    return true
  }
  const place = (need: number, tried?: Set<number>): boolean => {
    const count = countOf(need)
    for (let index = 0; index < count; index++) {
      const lane = laneAt(need, index)
      if (lane >= 0 && !holders.has(lane)) return take(need, index, lane)
    }
    const seen = tried ?? new Set<number>()
    for (let index = 0; index < count; index++) {
      const lane = laneAt(need, index)
      if (lane < 0 || seen.has(lane)) continue
      seen.add(lane)
      if (place(holders.get(lane)!, seen)) return take(need, index, lane)
    }
    return false
  }
  for (let need = 0; need < needs; need++) if (!place(need)) return undefined
  return chosen
}
