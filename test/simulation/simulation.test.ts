import { describe, expect, test } from 'vitest'
import { noFaults } from './faults.ts'
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
    expect(await violations(120, () => ({}))).toEqual([])
  })

  test('never drive an older order after a newer one, even where agents find nothing late', {
    timeout: 60_000,
  }, async () => {
    expect(await violations(60, () => agentsWithoutTime)).toEqual([])
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

describe('one run, with a function dying at every single call to the store', () => {
  test('ends as if nothing had happened, or says honestly how it ended', { timeout: 60_000 }, async () => {
    const { touches, runs } = await simulate(7, {}, { oneFiring: true })
    expect(runs).toBe(1)
    const ends = new Set<string>()
    for (let crashAt = 1; crashAt <= touches; crashAt++) {
      const history = await simulate(7, {}, { oneFiring: true, crashAt })
      expect(history.violation, `dying at ${crashAt}`).toBeUndefined()
      expect([history.runs, history.drives], `dying at ${crashAt}`).toEqual([1, 1])
      for (const end of Object.keys(history.ends)) ends.add(end)
    }
    expect(touches).toBeGreaterThan(40)
    expect([...ends]).toEqual(['succeeded completed'])
  })
})

test('agents killed two hundred times at random moments while fifty commands run: each driven at most once, none lost, every uncertain one in recovery', {
  timeout: 60_000,
}, async () => {
  const rates = {
    ...noFaults,
    agentDiesPerHour: 25,
    agentAwayMs: 5_000,
    tornWrite: 0.02,
    driverKnows: 0.5,
    peoplePerHour: 30,
  }
  let [kills, drives, uncertain] = [0, 0, 0]
  for (let seed = 1; kills < 200 || drives < 50; seed++) {
    const history = await simulate(seed, { rates })
    expect(history.violation, `seed ${seed}`).toBeUndefined()
    kills += history.faults.agentDies ?? 0
    drives += history.drives
    for (const [end, count] of Object.entries(history.ends)) {
      expect(end).not.toMatch(/^live/)
      if (end.startsWith('indeterminate')) uncertain += count
    }
    expect(seed).toBeLessThan(20)
  }
  expect(uncertain).toBeGreaterThan(0)
})
