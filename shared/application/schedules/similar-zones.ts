/** Edits (insert, delete, replace one character) that lead from one text to another; Levenshtein 1966. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries())
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}

/** The three zone names nearest to what was typed, by the whole name or by its city, for a typing error at 3 a.m. */
export const similarZones = (typed: string): string[] => {
  const text = typed.slice(0, 50).toLowerCase().replaceAll(' ', '_')
  const cityOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
  const scored = ['UTC', ...Intl.supportedValuesOf('timeZone')].map((name) => {
    const known = name.toLowerCase()
    return { name, far: Math.min(distance(text, known), distance(cityOf(text), cityOf(known)) + 1) }
  })
  return scored
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name)
}
