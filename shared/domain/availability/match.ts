/**
 * One option for each choice, none of the same name twice, or undefined where that is not possible; earlier options are
 * preferred. Augmenting paths (Kuhn), so that many choices among the same few options take no longer than their product.
 */
export const matchDistinct = <T>(
  choices: readonly (readonly T[])[],
  nameOf: (option: T) => string,
): T[] | undefined => {
  /** Which choice has an option of a name. */
  const taken = new Map<string, number>()
  const chosen: (T | undefined)[] = choices.map(() => undefined)
  const assign = (index: number, tried: Set<string>): boolean => {
    for (const option of choices[index] ?? []) {
      const name = nameOf(option)
      if (tried.has(name)) continue
      tried.add(name)
      const holder = taken.get(name)
      if (holder !== undefined && !assign(holder, tried)) continue
      taken.set(name, index)
      chosen[index] = option
      return true
    }
    return false
  }
  for (const index of choices.keys()) if (!assign(index, new Set())) return undefined
  return chosen as T[]
}
