/**
 * One different thing for each of some needs, of those that each may be: the first need has the first that leaves the others
 * theirs, then the second. @returns undefined where there are not enough
 */
export const match = <T>(needs: readonly (readonly T[])[]): T[] | undefined => {
  const holder = new Map<T, number>()
  /** Finds one for a need, whatever others must take instead; what is settled stays. */
  const find = (need: number, settled: number, seen: Set<T>): boolean => {
    for (const one of needs[need] ?? []) {
      if (seen.has(one)) continue
      seen.add(one)
      const other = holder.get(one)
      if (other !== undefined && (other < settled || !find(other, settled, seen))) continue
      holder.set(one, need)
      return true
    }
    return false
  }
  for (const need of needs.keys()) if (!find(need, 0, new Set())) return undefined
  // A matching exists; now everybody has the first that leaves one.
  const chosen: T[] = []
  for (const [need, able] of needs.entries()) {
    const now = [...holder].find(([, other]) => other === need)?.[0]
    for (const one of able) {
      const other = holder.get(one)
      if (other !== undefined && other < need) continue
      if (other === need || now === undefined) {
        chosen.push(one)
        break
      }
      const before = new Map(holder)
      holder.delete(now)
      holder.set(one, need)
      if (other === undefined || find(other, need + 1, new Set([one]))) {
        chosen.push(one)
        break
      }
      holder.clear()
      for (const [key, value] of before) holder.set(key, value)
    }
  }
  return chosen
}
