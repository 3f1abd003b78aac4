/** An agent asks as seldom as it can: each question is a function call that somebody pays for. */
import { expect, test } from 'vitest'
import { createAgent } from '#agent/core/agent.ts'
import type { AgentClock, Driver, JournalRecord } from '#agent/core/ports.ts'
import type { GrantedCommand, Poll } from '#contracts/agents/messages.ts'
import { createVirtualTime } from '../simulation/virtual-time.ts'
import { command, plainDriver } from './commands.ts'

/** A cloud with letters for one agent, which answers after `answerMs` and wakes it once for each letter. */
const work = async (letters: number, maxConcurrent: number, answerMs = 40) => {
  const time = createVirtualTime(0)
  const queue: GrantedCommand[] = Array.from({ length: letters }, (_, i) =>
    command({ commandId: `cmd_n${i}`, driver: 'instrument', fences: [{ assetId: `ast_n${i}`, fence: 1 }] }),
  )
  const disk: JournalRecord[] = []
  let polls = 0
  let driven = 0
  const driver: Driver = {
    ...plainDriver,
    name: 'instrument',
    start: () => {
      driven += 1
      return {
        done: new Promise((resolve) => time.after(30, () => resolve({ outcome: 'succeeded' }))),
        abort: () => undefined,
      }
    },
  }
  const clock: AgentClock = { now: time.now, monotonic: time.now, after: time.after }
  let ids = 0
  const agent = createAgent(
    {
      clock,
      journal: { load: async () => [], append: async (record) => void disk.push(record) },
      transport: {
        poll: ({ session, stamp, want }: Poll) => {
          polls += 1
          time.after(answerMs, () => {
            const next = want > 0 ? queue.shift() : undefined
            agent.receive({
              type: 'next',
              session,
              stamp,
              controls: [],
              more: queue.length > 0,
              unresolved: [],
              ...(next && { command: next }),
            })
          })
        },
        report: ({ messageId }) => time.after(answerMs, () => agent.receive({ type: 'ack', messageId })),
      },
      instruments: [{ driver }],
      messageId: () => `msg_${++ids}`,
      log: () => undefined,
    },
    { session: 'session-1', software: 'test', maxConcurrent, pollEveryMs: 60_000, resendMs: 3_000 },
  )
  await agent.start()
  for (let i = 0; i < letters; i++) time.after(10 + i, () => agent.receive({ type: 'wake' }))
  await time.runUntil(30_000)
  agent.stop()
  return { polls, driven }
}

test.for([1, 2, 20])('%i letters at once are all driven, with about one question each', async (letters) => {
  for (const maxConcurrent of [1, 4, 50]) {
    const { polls, driven } = await work(letters, maxConcurrent)
    expect(driven).toBe(letters)
    // One at the start, one for each letter, and where it was full now and then one that only asked for orders to stop.
    expect(polls).toBeLessThanOrEqual(2 * letters + 3)
  }
})

test('a question that is not answered is asked again, one at a time', async () => {
  const { polls } = await work(20, 4, 1_000_000)
  expect(polls).toBeLessThanOrEqual(30_000 / 3_000 + 1)
})
