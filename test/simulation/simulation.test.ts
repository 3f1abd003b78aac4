import { describe, expect, test } from 'vitest'
import { agentsWithoutTime, saboteurs } from './saboteurs.ts'
import { type Saboteur, simulate } from './simulate.ts'

/** @returns what broke, with the command that replays it; nothing where all invariants held in all histories */
const violations = async (
  seeds: number,
  saboteur: () => Saboteur,
  enough = Number.POSITIVE_INFINITY,
): Promise<string[]> => {
  const found: string[] = []
  for (let seed = 1; seed <= seeds && found.length < enough; seed++) {
    const { violation } = await simulate(seed, saboteur())
    if (violation) found.push(`npm run simulate -- --seed ${seed}: ${violation}`)
  }
  return found
}

describe('random histories of a laboratory under faults', () => {
  test('keep every invariant', { timeout: 120_000 }, async () => {
    expect(await violations(300, () => ({}))).toEqual([])
  })

  test('never drive an older order after a newer one, even where agents find nothing late', {
    timeout: 60_000,
  }, async () => {
    expect(await violations(100, () => agentsWithoutTime)).toEqual([])
  })

  test('replay from their seed', async () => {
    expect(await simulate(17)).toEqual(await simulate(17))
  })
})

describe('a planted bug is found within 200 histories', () => {
  test.for(Object.entries(saboteurs))('%s', { timeout: 60_000 }, async ([, saboteur]) => {
    expect(await violations(200, saboteur, 1)).toHaveLength(1)
  })
})
