import type { History } from './simulate.ts'

/**
 * The fault table, row by row: by which faults of the simulation a row is visited, or which tests show it with real processes.
 * A row is covered when each of its faults has struck.
 */
export const faultTable: readonly {
  readonly row: string
  readonly faults?: readonly string[]
  readonly elsewhere?: string
}[] = [
  {
    row: 'Scheduler: fires twice, late',
    faults: ['firingTwice', 'firingLate'],
    elsewhere: 'test/schedules, scenarios/firings',
  },
  { row: 'Prepare, Drive, Finish: crash before or after a call', faults: ['crashBefore', 'crashAfter'] },
  { row: 'agent link: lost, doubled, out of order', faults: ['messageLost', 'messageTwice', 'messageStray'] },
  { row: 'agent: power loss before, during, after the drive', faults: ['agentDies', 'tornWrite'] },
  { row: 'agent: disk full', faults: ['journalFull'] },
  { row: 'agent: host sleeps, clock off by an hour', faults: ['hostSleeps'] },
  { row: 'instrument: fails, never ends, ignores the abort', faults: ['driveFails', 'driveHangs', 'stopIgnored'] },
  { row: 'instrument: busy with something else', elsewhere: 'test/agent/hamilton, test/runs/gates' },
  { row: 'execution: stopped from outside, its end not told', faults: ['executionStopped', 'endEventLost'] },
  { row: 'stream: delivered again, poison record', elsewhere: 'scenarios/operations, test/notifications' },
  {
    row: 'people: two at once, an emergency stop',
    faults: ['emergencyStop'],
    elsewhere: 'test/api/versions, test/api/idempotency',
  },
  { row: 'host of the agent: restored from a snapshot', faults: ['journalRestored'] },
  {
    row: 'host of the agent: a second client of the same id, a certificate that ends',
    elsewhere: 'test/runs/agents, scenarios/broker, test/agent/certificate',
  },
  { row: 'table: restored to a point in time', elsewhere: 'test/runs/into-recovery' },
  { row: 'tenant: foreign ids', elsewhere: 'test/api/foreign-ids, scenarios/broker' },
]

type Counted = Readonly<Record<string, number>>

/** Of each row how often its faults struck. */
export const coverage = (faults: Counted) =>
  faultTable.map(({ row, faults: own = [], elsewhere = '' }) => ({
    row,
    struck: own.map((fault) => `${fault} ${faults[fault] ?? 0}`).join(', '),
    covered: own.length > 0 && own.every((fault) => (faults[fault] ?? 0) > 0),
    tests: elsewhere,
  }))

export const addUp = (into: Record<string, number>, counts: History['faults']): void => {
  for (const [name, n] of Object.entries(counts)) into[name] = (into[name] ?? 0) + n
}
