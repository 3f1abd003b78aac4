import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#local/json.ts'
import { until } from './fixture.ts'
import { ask, boot, call, database, ended, inOwnDirectory, start, tokenOf } from './step-functions-lab.ts'

inOwnDirectory()

describe('an execution', () => {
  const two: JsonObject = { StartAt: 'A', States: { A: call({ Next: 'B' }), B: call({ End: true }) } }

  test('walks its states; each state entered counts as a transition', async () => {
    const lab = boot(two, (_, payload) => ({ seen: payload.data ?? null }))
    const view = await ended(lab, start(lab))
    expect(view.status).toBe('SUCCEEDED')
    expect(JSON.parse(view.output ?? '')).toEqual({ seen: { seen: { a: 1 } } })
    expect(view.transitions).toBe(2)
    expect(lab.transitions()).toBe(2)
    await until('its end is announced', () => lab.ends[0]?.status === 'SUCCEEDED')
  })

  test('is the same for the same name and input while it runs, and refused for another input or after its end', async () => {
    const lab = boot({ StartAt: 'Ask', States: { Ask: ask({ End: true }) } })
    const arn = start(lab)
    expect(start(lab)).toBe(arn)
    expect(() => start(lab, { a: 2 })).toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }))
    lab.functions.settle(await tokenOf(lab), { outcome: 'success', output: '{}' })
    await ended(lab, arn)
    expect(() => start(lab)).toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }))
  })

  test('retries by error name, and counts each try as a transition', async () => {
    let failures = 0
    const retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }]
    const lab = boot({ StartAt: 'A', States: { A: call({ Retry: retry, End: true }) } }, () => {
      failures += 1
      if (failures < 2) throw Object.assign(new Error('once'), { name: 'Flaky' })
      return { ok: true }
    })
    const view = await ended(lab, start(lab))
    expect(view.status).toBe('SUCCEEDED')
    expect(view.transitions).toBe(2)
  })

  test('that nobody catches fails with the error of the function, and the cause that Lambda gives', async () => {
    const lab = boot({ StartAt: 'A', States: { A: call({ End: true }) } }, () => {
      throw Object.assign(new Error('no such run'), { name: 'NotFound' })
    })
    const view = await ended(lab, start(lab))
    expect(view).toMatchObject({ status: 'FAILED', error: 'NotFound' })
    expect(JSON.parse(view.cause ?? '')).toMatchObject({ errorType: 'NotFound', errorMessage: 'no such run' })
  })

  test('that is stopped ends ABORTED once, and its token is closed', async () => {
    const lab = boot({ StartAt: 'Ask', States: { Ask: ask({ End: true }) } })
    const arn = start(lab)
    const token = await tokenOf(lab)
    await lab.functions.stop(arn, 'enough')
    await lab.functions.stop(arn, 'again')
    expect(lab.functions.describe(arn)).toMatchObject({ status: 'ABORTED', cause: 'enough' })
    expect(() => lab.functions.settle(token, { outcome: 'success', output: '{}' })).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    )
    expect(lab.ends).toHaveLength(1)
  })
})

describe('a task token', () => {
  const failing: JsonObject = {
    StartAt: 'Ask',
    States: {
      Ask: ask({
        TimeoutSecondsPath: '$.timeoutSeconds',
        HeartbeatSecondsPath: '$.heartbeatSeconds',
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' }],
        End: true,
      }),
      Caught: { Type: 'Pass', End: true },
    },
  }
  const limits = (timeoutSeconds: number, heartbeatSeconds: number) => ({ timeoutSeconds, heartbeatSeconds })
  const errorOf = (output: string | undefined): unknown => JSON.parse(output ?? '{}').error?.Error

  test('hands its output on, once', async () => {
    const lab = boot(failing)
    const arn = start(lab, limits(60, 60))
    const token = await tokenOf(lab)
    lab.functions.settle(token, { outcome: 'success', output: '{"yes":true}' })
    expect(() => lab.functions.settle(token, { outcome: 'success', output: '{}' })).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    )
    expect(JSON.parse((await ended(lab, arn)).output ?? '')).toMatchObject({ answer: { yes: true } })
  })

  test('fails the state by the error it was given', async () => {
    const lab = boot(failing)
    const arn = start(lab, limits(60, 60))
    lab.functions.settle(await tokenOf(lab), { outcome: 'failure', error: 'DriveEnded', cause: 'exit code 3' })
    expect(JSON.parse((await ended(lab, arn)).output ?? '').error).toEqual({
      Error: 'DriveEnded',
      Cause: 'exit code 3',
    })
  })

  test('that nobody answers ends with States.Timeout; without a heartbeat, with States.HeartbeatTimeout', async () => {
    const lab = boot(failing)
    const late = start(lab, limits(1, 60), 'late')
    const silent = start(lab, limits(60, 1), 'silent')
    expect(errorOf((await ended(lab, late)).output)).toBe('States.Timeout')
    expect(errorOf((await ended(lab, silent)).output)).toBe('States.HeartbeatTimeout')
    expect(() => lab.functions.heartbeat(lab.calls[0]?.payload.token as string)).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    )
  })

  test('is kept alive by heartbeats', async () => {
    const lab = boot(failing)
    const arn = start(lab, limits(60, 1))
    const token = await tokenOf(lab)
    const began = Date.now()
    await until('it has outlived its heartbeat limit', () => {
      lab.functions.heartbeat(token)
      return Date.now() - began > 1_500
    })
    expect(lab.functions.describe(arn)?.status).toBe('RUNNING')
    lab.functions.settle(token, { outcome: 'success', output: '{}' })
    expect((await ended(lab, arn)).status).toBe('SUCCEEDED')
  })

  test('of a function that failed is closed, and the error is that of the function', async () => {
    const lab = boot(failing, () => {
      throw Object.assign(new Error('nothing to drive'), { name: 'DriveRefused' })
    })
    const arn = start(lab, limits(60, 60))
    expect(errorOf((await ended(lab, arn)).output)).toBe('DriveRefused')
  })

  test('that was never one is InvalidToken', () => {
    const lab = boot(failing)
    expect(() => lab.functions.heartbeat('abc')).toThrow(expect.objectContaining({ name: 'InvalidToken' }))
  })
})

describe('a definition', () => {
  test('that the laptop cloud could not resume or carry out is refused by the name of the state', () => {
    const parallel: JsonObject = {
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches: [{ StartAt: 'X', States: { X: { Type: 'Succeed' } } }], End: true } },
    }
    expect(() => boot(parallel)).toThrow('State "P"')
    database.close()
    expect(() =>
      boot({ StartAt: 'S', States: { S: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true } } }),
    ).toThrow('State "S"')
  })
})
