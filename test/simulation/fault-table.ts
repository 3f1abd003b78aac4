import type { FaultRates } from './faults.ts'
import type { History } from './simulate.ts'

/** A test that shows a part of a row: its file below `test/`, and a part of its title. */
type Shown = readonly [file: string, title: string]

export type Row = {
  readonly row: string
  /** Faults of the simulation by which the row is visited, and how often they strike where only this row is looked at. */
  readonly faults?: Readonly<Record<string, Partial<FaultRates>>>
  readonly tests?: readonly Shown[]
}

/**
 * The fault table, row by row: what may go wrong, by which faults of the simulation it is visited, and which tests show it by
 * themselves. A row of the simulation is covered when each of its faults has struck.
 */
export const faultTable: readonly Row[] = [
  {
    row: 'Scheduler: fires twice, late',
    faults: { firingTwice: { firingTwice: 0.6 }, firingLate: { firingLate: 0.5 } },
    tests: [['scenarios/firings.test.ts', 'a firing that is delivered five times starts one run']],
  },
  {
    row: 'Scheduler: fires never',
    tests: [
      ['schedules/year.test.ts', 'every time has its run, or is told as missed'],
      ['schedules/drift.test.ts', 'an entry that somebody removed is written again'],
    ],
  },
  {
    row: 'Prepare and Finish: crash before or after the transaction',
    faults: { crashBefore: { crashBefore: 0.05 }, crashAfter: { crashAfter: 0.05 } },
    tests: [['simulation/simulation.test.ts', 'with a function dying at every single call to the store']],
  },
  {
    row: 'Prepare and Finish: transaction conflict, throttled',
    tests: [
      ['scenarios/crash-after-commit.test.ts', '$name, $kind'],
      ['scenarios/firings.test.ts', 'of two schedules that want one asset the second waits'],
    ],
  },
  {
    row: 'Drive: crash after the mailbox write, retried with a new token',
    faults: { crashAfter: { crashAfter: 0.08 } },
    tests: [['scenarios/crash-after-commit.test.ts', '$name, $kind']],
  },
  {
    row: 'agent link: messages lost, duplicated, reordered',
    faults: {
      messageLost: { messageLost: 0.3 },
      messageTwice: { messageTwice: 0.3, messageDelayMs: 20_000 },
      messageStray: { messageStray: 0.1 },
    },
  },
  {
    row: 'agent: offline for hours',
    faults: { agentDies: { agentDiesPerHour: 2, agentAwayMs: 3 * 3_600_000 } },
    tests: [
      ['scenarios/agent-offline.test.ts', 'an agent that is back too late drives nothing'],
      ['runs/agents.test.ts', 'that nobody hears of are told once'],
    ],
  },
  {
    row: 'agent: power loss before, during, after the drive',
    faults: { agentDies: { agentDiesPerHour: 25, agentAwayMs: 5_000 }, tornWrite: { tornWrite: 0.05 } },
    tests: [['scenarios/agent-dies.test.ts', 'killed with its program, as by a power loss']],
  },
  {
    row: 'agent: clock off by an hour, host asleep',
    faults: { hostSleeps: { hostSleepsPerHour: 4 } },
    tests: [['runs/agents.test.ts', 'whose clock is wrong by an hour are told as such']],
  },
  {
    row: 'agent: disk full',
    faults: { journalFull: { journalFull: 0.05 } },
    tests: [['agent/journal.test.ts', 'a full disk is told to who appends']],
  },
  {
    row: 'instrument: busy with something that we did not start',
    tests: [
      ['agent/hamilton.test.ts', 'is seen, and nothing is started on it'],
      ['runs/gates.test.ts', '$name: it waits, says so since when, and starts when it opens'],
    ],
  },
  {
    row: 'instrument: fails, never ends, ignores the abort',
    faults: {
      driveFails: { driveFails: 0.4 },
      driveHangs: { driveHangs: 0.3 },
      stopIgnored: { driveHangs: 0.3, stopIgnored: 0.6, peoplePerHour: 30 },
    },
    tests: [['runs/limits.test.ts', 'people are told once, at the fraction that the protocol says']],
  },
  {
    row: 'execution: stopped from outside, timed out, its end not told',
    faults: { executionStopped: { stoppedPerHour: 8 }, endEventLost: { endEventLost: 0.6 } },
    tests: [['runs/sweep.test.ts', 'a run whose execution was stopped before it did anything']],
  },
  {
    row: 'stream: redelivered',
    tests: [['notifications/notifications.test.ts', 'however often the event is delivered, at once or later']],
  },
  {
    row: 'stream: poison record',
    tests: [['scenarios/operations.test.ts', 'a poison record of the stream is set aside, and the others go on']],
  },
  {
    row: 'people: two edits at once, retried POST, paging while writing, an emergency stop',
    faults: { emergencyStop: { peoplePerHour: 60 } },
    tests: [
      ['api/versions.test.ts', 'two people with one ETag: the second is told what the first did'],
      ['api/idempotency.test.ts', 'a replay has no second effect and the equal answer'],
      ['api/pages.test.ts', 'while others write: what was there throughout is told once'],
    ],
  },
  {
    row: 'host of the agent: restored from a snapshot, journal lost',
    faults: { journalRestored: { agentDiesPerHour: 20, journalRestored: 0.7 } },
  },
  {
    row: 'host of the agent: second client of the same id',
    tests: [
      ['runs/agents.test.ts', 'two processes under one name raise attention'],
      ['scenarios/enrolment.test.ts', 'lets a certificate in as its own agent and as no other'],
    ],
  },
  {
    row: 'host of the agent: certificate expired',
    tests: [
      ['agent/certificate.test.ts', 'is told'],
      ['scenarios/enrolment.test.ts', 'puts out who is in by a certificate that is revoked'],
    ],
  },
  {
    row: 'table: restored to a point in time',
    tests: [['runs/into-recovery.test.ts', 'after a restore of the table fences do not go backwards']],
  },
  {
    row: 'tenant: foreign ids in path, body, cursor, ETag, topic, certificate',
    tests: [
      ['api/foreign-ids.test.ts', 'with a foreign $slot answers like one that never existed'],
      ['api/foreign-ids.test.ts', 'is refused by name, and nothing is stored'],
      ['api/foreign-ids.test.ts', 'a cursor of another workspace, or of another list, is refused'],
      ['scenarios/broker.test.ts', 'to %s is refused'],
      ['scenarios/enrolment.test.ts', 'with one that another authority signed'],
    ],
  },
]

type Counted = Readonly<Record<string, number>>

/** Of each row how often its faults struck. */
export const coverage = (struck: Counted) =>
  faultTable.map(({ row, faults = {}, tests = [] }) => {
    const own = Object.keys(faults)
    return {
      row,
      struck: own.map((fault) => `${fault} ${struck[fault] ?? 0}`).join(', '),
      covered: own.length > 0 ? own.every((fault) => (struck[fault] ?? 0) > 0) : 'by tests',
      tests: [...new Set(tests.map(([file]) => file.replace('.test.ts', '')))].join(', '),
    }
  })

export const addUp = (into: Record<string, number>, counts: History['faults']): void => {
  for (const [name, n] of Object.entries(counts)) into[name] = (into[name] ?? 0) + n
}
