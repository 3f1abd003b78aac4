import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createGrantLog } from '#local/endpoint/authorise.ts'
import { createMeter } from '#local/endpoint/meter.ts'
import { ServiceError } from '#local/endpoint/service.ts'
import { type Database, openDatabase } from '#local/services/database.ts'
import { filledIn, startExecutionTarget } from '#local/services/scheduler/deliver.ts'
import { nextFiring, problemOf } from '#local/services/scheduler/expression.ts'
import { createScheduler, type Scheduler } from '#local/services/scheduler/scheduler.ts'
import type { ScheduleBody } from '#local/services/scheduler/store.ts'
import { temporaryDir, until } from './fixture.ts'

type Started = { name?: string; input?: string }
type Lab = { scheduler: Scheduler; started: Started[]; dead: { queue: string; attributes: Record<string, string> }[] }

let dataDir: string
let database: Database

const boot = (answer: (attempt: number) => void = () => {}): Lab => {
  database = openDatabase(dataDir)
  const started: Started[] = []
  const dead: Lab['dead'] = []
  let attempts = 0
  const scheduler = createScheduler({
    database,
    meter: createMeter(createGrantLog()),
    log: () => {},
    start: async (_, input) => {
      attempts += 1
      answer(attempts)
      started.push(input)
      return { executionArn: `arn:${input.name}` }
    },
    deadLetter: async (_, queue, __, attributes) => void dead.push({ queue, attributes }),
  })
  return { scheduler, started, dead }
}
const crash = ({ scheduler }: Lab) => {
  scheduler.stop()
  database.close()
}

const wallTime = (ms: number) => new Date(ms).toISOString().slice(0, 19)

const body = (expression: string, more: Partial<ScheduleBody> = {}): ScheduleBody => ({
  Name: 'sch_1',
  GroupName: 'benchtime-dev',
  ScheduleExpression: expression,
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  State: 'ENABLED',
  Target: {
    Arn: startExecutionTarget,
    RoleArn: 'role',
    Input: JSON.stringify({
      StateMachineArn: 'arn:machine',
      Name: 'sch_1.<aws.scheduler.execution-id>',
      Input: JSON.stringify({ scheduledTime: '<aws.scheduler.scheduled-time>' }),
    }),
    RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 3 },
    DeadLetterConfig: { Arn: 'arn:dlq' },
  },
  ...more,
})
const scheduledTime = ({ input }: Started): string => JSON.parse(input ?? '{}').scheduledTime

beforeEach(() => {
  dataDir = temporaryDir()
})
afterEach(() => {
  if (database.isOpen) database.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('a schedule', () => {
  test('fires at its time, once, with the time it was due', async () => {
    const lab = boot()
    lab.scheduler.begin()
    const at = wallTime(Date.now() + 1_200)
    lab.scheduler.put(body(`at(${at})`), undefined)
    await until('it fires', () => lab.started.length > 0)
    expect(lab.started.map(scheduledTime)).toEqual([`${at}Z`])
    expect(lab.scheduler.list()).toEqual([{ group: 'benchtime-dev', name: 'sch_1', state: 'ENABLED' }])
  })

  test('that asks for it is deleted after its last firing', async () => {
    const lab = boot()
    lab.scheduler.begin()
    lab.scheduler.put(body(`at(${wallTime(Date.now())})`, { ActionAfterCompletion: 'DELETE' }), undefined)
    await until('it fires', () => lab.started.length > 0)
    expect(lab.scheduler.list()).toEqual([])
  })

  test('that is disabled never fires', () => {
    const lab = boot()
    lab.scheduler.put(body('rate(1 minute)', { State: 'DISABLED' }), undefined)
    expect(lab.scheduler.list()[0]?.nextAt).toBeUndefined()
  })

  test('is delivered twice under the same scheduled time, where a test asks for that', async () => {
    const lab = boot()
    lab.scheduler.put(body('rate(1 hour)', { StartDate: Math.floor(Date.now() / 1000) + 3_600 }), undefined)
    const arns = await lab.scheduler.fire('sch_1', { times: 2 })
    expect(new Set(arns).size).toBe(2)
    expect(new Set(lab.started.map(scheduledTime)).size).toBe(1)
    expect(lab.scheduler.list()[0]?.nextAt).toBe(
      new Date(Date.parse(scheduledTime(lab.started[0] ?? {}))).toISOString(),
    )
  })
})

describe('after a restart', () => {
  test('what was due while it was down is delivered late', async () => {
    const before = boot()
    before.scheduler.put(body(`at(${wallTime(Date.now() + 60_000)})`), undefined)
    database.prepare('UPDATE schedules SET nextAt = ?').run(Date.now() - 600_000)
    crash(before)
    const again = boot()
    again.scheduler.begin()
    await until('it fires', () => again.started.length === 1)
    expect(Date.parse(scheduledTime(again.started[0] ?? {}))).toBeLessThan(Date.now() - 599_000)
  })

  test('what is older than its maximum age goes to the dead letters instead', async () => {
    const before = boot()
    before.scheduler.put(body(`at(${wallTime(Date.now() + 60_000)})`), undefined)
    database.prepare('UPDATE schedules SET nextAt = ?').run(Date.now() - 7_200_000)
    crash(before)
    const again = boot()
    again.scheduler.begin()
    await until('it is a dead letter', () => again.dead[0]?.attributes.ERROR_CODE === 'MaximumEventAgeExceeded')
    expect(again.started).toEqual([])
  })

  test('a firing that was not known to be delivered is delivered again', async () => {
    const hanging = boot(() => {
      throw new ServiceError('InternalServerError', 'down', 500)
    })
    hanging.scheduler.begin()
    hanging.scheduler.put(body(`at(${wallTime(Date.now())})`), undefined)
    await until(
      'it was tried',
      () =>
        (database.prepare('SELECT attempts FROM firings').get() as { attempts: number } | undefined)?.attempts === 1,
    )
    crash(hanging)
    const again = boot()
    again.scheduler.begin()
    await until('it is delivered', () => again.started.length === 1)
  })
})

describe('a delivery', () => {
  test('is tried again after an error of the service', async () => {
    const lab = boot((attempt) => {
      if (attempt === 1) throw new ServiceError('ThrottlingException', 'slow down')
    })
    lab.scheduler.begin()
    lab.scheduler.put(body(`at(${wallTime(Date.now())})`), undefined)
    await until('it is delivered', () => lab.started.length === 1)
    expect(lab.dead).toEqual([])
  })

  test('that is refused goes to the dead letters at once', async () => {
    const lab = boot(() => {
      throw new ServiceError('AccessDeniedException', 'no')
    })
    lab.scheduler.begin()
    lab.scheduler.put(body(`at(${wallTime(Date.now())})`), undefined)
    await until('it is a dead letter', () => lab.dead[0])
    expect(lab.dead[0]).toMatchObject({ queue: 'arn:dlq', attributes: { ERROR_CODE: 'AccessDeniedException' } })
  })

  test('fills in the context attributes and leaves everything else alone', () => {
    const target = {
      ...body('').Target,
      Input: '{"t":"<aws.scheduler.scheduled-time>","n":"<aws.scheduler.attempt-number>","x":"<aws.other>"}',
    }
    const given = { groupName: 'g', name: 'n', target, scheduledAt: Date.parse('2026-11-20T09:00:00.000Z'), attempt: 2 }
    expect(JSON.parse(filledIn(given))).toEqual({ t: '2026-11-20T09:00:00Z', n: '2', x: '<aws.other>' })
  })
})

describe('expressions', () => {
  const start = Date.parse('2026-11-20T10:00:00Z')
  const timing = (expression: string, zone = 'UTC') => ({ expression, zone, startMs: start })
  const at = (ms: number | undefined) => ms !== undefined && new Date(ms).toISOString()

  test('are those of EventBridge Scheduler, in the schedule’s zone', () => {
    expect(at(nextFiring(timing('at(2026-12-01T09:00:00)', 'Europe/Berlin'), start))).toBe('2026-12-01T08:00:00.000Z')
    expect(at(nextFiring(timing('rate(5 minutes)'), start))).toBe('2026-11-20T10:05:00.000Z')
    expect(at(nextFiring(timing('cron(0 9 ? * MON-FRI *)', 'Europe/Berlin'), start))).toBe('2026-11-23T08:00:00.000Z')
    expect(nextFiring(timing('at(2026-11-20T09:00:00)'), start)).toBeUndefined()
  })

  test('that are none are refused with a sentence', () => {
    expect(problemOf('every(5 minutes)', 'UTC')).toContain('Invalid Schedule Expression')
    expect(problemOf('rate(0 minutes)', 'UTC')).toContain('Invalid Schedule Expression')
    expect(problemOf('cron(0 9 * * * *)', 'UTC')).toContain('Invalid Schedule Expression')
    expect(problemOf('rate(5 minutes)', 'Mars/Olympus')).toContain('Mars/Olympus')
    expect(problemOf('rate(5 minutes)', 'UTC')).toBeUndefined()
  })
})
