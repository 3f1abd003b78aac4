import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { addUp, faultTable } from './fault-table.ts'
import { noFaults } from './faults.ts'
import { simulate } from './simulate.ts'

/** Enough that each fault of a row strikes, few enough that all rows fit into seconds. */
const histories = 2

describe('no invariant breaks, where nothing else goes wrong and where much else does', () => {
  const simulated = faultTable.flatMap(({ row, faults }) => (faults ? [{ row, faults }] : []))
  test.each(simulated)('$row', async ({ faults }) => {
    const own: object = Object.assign({}, ...Object.values(faults))
    const struck: Record<string, number> = {}
    for (let seed = 1; seed <= histories; seed++)
      for (const rates of [{ ...noFaults, ...own }, own]) {
        const history = await simulate(seed, { rates })
        expect(history.violation, `seed ${seed} with ${JSON.stringify(rates)}`).toBeUndefined()
        addUp(struck, history.faults)
      }
    for (const fault of Object.keys(faults)) expect(struck[fault], `${fault} strikes`).toBeGreaterThan(0)
  })
})

describe('is shown by tests that are there', () => {
  const shown = faultTable.flatMap(({ row, tests = [] }) => tests.map(([file, title]) => ({ row, file, title })))
  test.each(shown)('$row: $file', ({ file, title }) => {
    expect(readFileSync(join(import.meta.dirname, '..', file), 'utf8')).toContain(title)
  })
})
