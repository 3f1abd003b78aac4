import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGrantLog } from '#local/endpoint/authorise.ts'
import { createMeter } from '#local/endpoint/meter.ts'
import { openDatabase } from '#local/services/database.ts'
import { startExecutionTarget } from '#local/services/scheduler/deliver.ts'
import { createScheduler } from '#local/services/scheduler/scheduler.ts'
import type { Row } from './benches.ts'

const forSeconds = 30
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * So many schedules stand in the laptop's EventBridge Scheduler, each due once an hour at a second of its own, some at the same
 * minute. Lateness is from the time that a firing was due until it was delivered.
 */
const stand = async (count: number): Promise<Row> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'benchtime-bench-'))
  const database = openDatabase(dataDir)
  const late: number[] = []
  const scheduler = createScheduler({
    database,
    meter: createMeter(createGrantLog()),
    log: () => undefined,
    start: async (_role, input) => {
      late.push(Date.now() - Date.parse((JSON.parse(input.input ?? '{}') as { at: string }).at))
      return { executionArn: 'arn' }
    },
    deadLetter: async () => undefined,
  })
  try {
    const target = {
      Arn: startExecutionTarget,
      RoleArn: 'role',
      Input: JSON.stringify({
        StateMachineArn: 'machine',
        Input: JSON.stringify({ at: '<aws.scheduler.scheduled-time>' }),
      }),
    }
    const first = Math.floor(Date.now() / 1000) + 10 + Math.ceil(count / 2_000)
    const arming = performance.now()
    database.exec('BEGIN')
    for (let n = 0; n < count; n++)
      scheduler.put(
        {
          Name: `sch_${String(n).padStart(7, '0')}`,
          GroupName: 'bench',
          ScheduleExpression: 'rate(1 hour)',
          StartDate: first + (n % 3_600),
          FlexibleTimeWindow: { Mode: 'OFF' },
          State: 'ENABLED',
          Target: target,
        },
        undefined,
      )
    database.exec('COMMIT')
    const armMs = performance.now() - arming
    const began = Date.now()
    // The first of them is due when arming is over.
    await pause(Math.max(0, first * 1_000 - began))
    scheduler.begin()
    const begin = Date.now()
    await pause(forSeconds * 1_000)
    scheduler.stop()
    const seconds = (Date.now() - begin) / 1_000
    const sorted = late.toSorted((a, b) => a - b)
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
    return {
      schedules: count,
      'armed per second': Math.round(count / (armMs / 1_000)),
      fired: late.length,
      'due meanwhile': Math.floor((count < 3_600 ? 1 : count / 3_600) * seconds),
      'late p50, ms': at(0.5),
      'late p99, ms': at(0.99),
      'late at most, ms': sorted.at(-1) ?? Number.NaN,
    }
  } finally {
    scheduler.stop()
    database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

export const measureTimetable = async (): Promise<readonly Row[]> => [await stand(1_000), await stand(100_000)]
