/** How many may drive at one time, how often it is tried again, and what happens to what takes too long. */
import { describe, expect, test } from 'vitest'
import { answerPoll } from '#application/runs/answer-poll.ts'
import { queueCommand } from '#application/runs/queue-command.ts'
import { takeReport } from '#application/runs/take-report.ts'
import { watchLongRuns } from '#application/runs/watch-long-runs.ts'
import { isRetried, retryDelaySeconds } from '#domain/runs/retry.ts'
import { retrySchema } from '#domain/schedules/schedule.ts'
import { send } from '../api/call.ts'
import { successOf } from '../api/furnished.ts'
import { workspaceId } from '../api/laboratory.ts'

import { agentId, assetId, change, drive, lab, prepare, prepared, runOf, start, things, waits } from './bench.ts'

describe('limits of concurrent runs', () => {
  test('of the workspace: the second waits until the first has ended, and the places are given back', async () => {
    await change('workspace', { maxConcurrentRuns: 1 })
    const other = (await send(lab, successOf('createAsset', things))).body
    const body = {
      name: 'Elsewhere',
      driver: 'simulator',
      requirements: [{ assetId: other.id }, { assetId }],
      expectedDurationSeconds: 60,
    }
    expect((await send(lab, { ...successOf('createProtocol', things), body })).status).toBe(201)
    const [first, second] = [await start(), await start()]
    expect(await prepared(first)).toMatchObject({ status: 'queued', drive: { capacity: ['workspace'] } })
    await change('asset', { capacity: 2 })
    expect(await prepared(second)).toMatchObject({
      status: 'waiting',
      waiting: { reason: 'capacity', facts: { behind: [first] } },
    })
    await drive(first, { outcome: 'succeeded' })
    waits.minutes(1)
    expect(await prepared(second)).toMatchObject({ status: 'queued' })
  })

  test('without a place for as long as it may wait, it has failed, and says why', async () => {
    await change('workspace', { maxConcurrentRuns: 1 })
    await change('asset', { capacity: 2 })
    await prepare(await start())
    const second = await start()
    for (let i = 0; i < 3; i++) {
      await prepare(second)
      waits.minutes(1)
    }
    expect(await runOf(second)).toMatchObject({ outcome: 'failed', end: { reason: 'capacity-exhausted' } })
  })
})

describe('retries', () => {
  test('wait as their backoff says, never longer than their cap', () => {
    const of = (more: object) => retrySchema.parse({ maxRetries: 5, delaySeconds: 10, ...more })
    const delays = (more: object) => [1, 2, 3, 4].map((attempt) => retryDelaySeconds(of(more), attempt))
    expect(delays({ backoff: 'fixed' })).toEqual([10, 10, 10, 10])
    expect(delays({ backoff: 'linear' })).toEqual([10, 20, 30, 40])
    expect(delays({ backoff: 'exponential' })).toEqual([10, 20, 40, 80])
    expect(delays({ backoff: 'exponential', maxDelaySeconds: 30 })).toEqual([10, 20, 30, 30])
  })

  test.for([
    { on: undefined, exitCodes: undefined, reason: 'instrument-failed', result: { exitCode: 3 }, again: true },
    { on: ['busy'], exitCodes: undefined, reason: 'instrument-failed', result: { exitCode: 3 }, again: false },
    {
      on: ['busy'],
      exitCodes: undefined,
      reason: 'refused-by-agent',
      result: { reason: 'instrument-busy' },
      again: true,
    },
    { on: ['busy'], exitCodes: undefined, reason: 'refused-by-agent', result: { reason: 'bad-path' }, again: false },
    { on: ['launch'], exitCodes: undefined, reason: 'refused-by-agent', result: { reason: 'bad-path' }, again: true },
    { on: ['silence'], exitCodes: undefined, reason: 'agent-silent', result: undefined, again: true },
    { on: undefined, exitCodes: [3], reason: 'instrument-failed', result: { exitCode: 3 }, again: true },
    { on: undefined, exitCodes: [4], reason: 'instrument-failed', result: { exitCode: 3 }, again: false },
  ] as const)('$reason $result with $on $exitCodes: $again', ({ on, exitCodes, reason, result, again }) => {
    const retry = retrySchema.parse({ maxRetries: 1, ...(on && { on }), ...(exitCodes && { exitCodes }) })
    expect(isRetried(retry, reason, result && { outcome: 'failed', ...result })).toBe(again)
  })
})

describe('overtime', () => {
  test('people are told once, at the fraction that the protocol says', async () => {
    await change('protocol', { overtime: { warnAt: 1.5, atTimeLimit: 'abort' } })
    const id = await start()
    const run = await prepared(id)
    if (!('drive' in run) || !run.drive) throw new Error(run.status)
    await queueCommand({ workspaceId, runId: id, attempt: 1, taskToken: 'token' }, lab.world)
    await answerPoll({ workspaceId, agentId, session: 'session-1', want: 1, driving: [], fences: [] }, lab.world)
    await takeReport({ workspaceId, agentId, commandId: run.drive.commandId, report: { type: 'started' } }, lab.world)
    lab.clock.nowMs += 89_000
    expect(await watchLongRuns(workspaceId, lab.world)).toBe(0)
    lab.clock.nowMs += 2_000
    expect(await watchLongRuns(workspaceId, lab.world)).toBe(1)
    expect(await watchLongRuns(workspaceId, lab.world)).toBe(0)
    expect(await runOf(id)).toMatchObject({ status: 'running', longRunningAt: expect.any(String) })
  })

  test('a run that was stopped at its time limit is tidied up after by another, on the same asset, once', async () => {
    const { body: tidy } = await send(lab, successOf('createProtocol', things))
    await change('protocol', { overtime: { warnAt: 2, atTimeLimit: 'clean-up', cleanUpProtocolId: tidy.id } })
    const id = await start({ retry: { maxRetries: 3 } })
    expect(await drive(id, { outcome: 'aborted', reason: 'time-limit' })).toMatchObject({
      outcome: 'failed',
      end: { reason: 'time-limit' },
    })
    const after = (await lab.world.store.list('run', workspaceId, { limit: 50 })).items.filter(
      ({ trigger }) => trigger.kind === 'clean-up',
    )
    expect(after).toMatchObject([
      { trigger: { ofRunId: id }, work: { protocolId: tidy.id, requirements: [{ assetId }] } },
    ])
    expect(lab.started).toContain(after[0]?.id)
  })
})
