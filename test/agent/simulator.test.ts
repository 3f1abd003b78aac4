import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentClock } from '#agent/core/ports.ts'
import { simulatorDriver } from '#agent/drivers/simulator.ts'
import { createVirtualTime } from '../simulation/virtual-time.ts'
import { command, quiet } from './commands.ts'

const simulated = async (commandId: string, parameters: Record<string, number | string>, abortAfterMs?: number) => {
  const time = createVirtualTime(0)
  const clock: AgentClock = { now: time.now, monotonic: time.now, after: time.after }
  const progress: number[] = []
  const order = command({ commandId: `cmd_${commandId}`, driver: 'simulator', parameters })
  const driver = simulatorDriver(clock)
  const refused = await driver.check?.(order)
  if (refused) return { result: refused, tookMs: 0, progress }
  let tookMs = -1
  const drive = driver.start(order, { ...quiet, progress: (percent) => void progress.push(percent ?? 0) })
  const ending = drive.done.then((result) => {
    tookMs = time.now()
    return result
  })
  if (abortAfterMs !== undefined) time.after(abortAfterMs, () => drive.abort('abort-requested'))
  await time.runUntil(100_000_000)
  return { result: await ending, tookMs, progress }
}

test('takes its time, tells its progress, and ends alike for the same seed and command', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 86_400_000 }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      async (durationMs, failureRate, seed) => {
        const parameters = { durationMs, failureRate, seed }
        const first = await simulated('a', parameters)
        expect(await simulated('a', parameters)).toEqual(first)
        // Ten steps, each rounded to a millisecond.
        expect(Math.abs(first.tookMs - durationMs)).toBeLessThanOrEqual(10)
        expect(first.progress).toEqual(first.progress.toSorted((a, b) => a - b))
      },
    ),
    { numRuns: 30 },
  )
})

test('fails as often as it is asked to', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, (_, i) => simulated(`n${i}`, { durationMs: 0, failureRate: 0.25 })),
  )
  const failed = outcomes.filter(({ result }) => result.outcome === 'failed').length
  expect(failed).toBeGreaterThan(25)
  expect(failed).toBeLessThan(75)
})

test('stops when it is asked to', async () => {
  const { result, tookMs } = await simulated('a', { durationMs: 10_000 }, 3_500)
  expect(result).toMatchObject({ outcome: 'aborted', reason: 'abort-requested' })
  expect(tookMs).toBeLessThan(10_000)
})

test('refuses parameters that make no sense', async () => {
  expect((await simulated('a', { durationMs: -1 })).result).toMatchObject({
    outcome: 'refused',
    reason: 'bad-parameters',
  })
})
