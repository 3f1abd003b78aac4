/** The core with its process killed at every single point where it touches the world, one after the other. */
import { expect, test } from 'vitest'
import { type Agent, createAgent } from '#agent/core/agent.ts'
import type { AgentClock, Drive, Driver, Journal, JournalRecord } from '#agent/core/ports.ts'
import type { CommandResult, Downlink, Poll, Report } from '#contracts/agents/messages.ts'
import { createVirtualTime } from '../simulation/virtual-time.ts'
import { command, plainDriver } from './commands.ts'

type Told = { starts: number; results: CommandResult[]; touches: number }

/**
 * One command from its grant to the acknowledgement of its end, in a world that dies at the touch of that number.
 * `knows`: whether the instrument can tell afterwards what became of it.
 */
const live = async (dieAt: number, knows: boolean): Promise<Told> => {
  const time = createVirtualTime(0)
  const order = command({ driver: 'instrument', validForMs: 600_000 })
  const told: Told = { starts: 0, results: [], touches: 0 }
  const disk: JournalRecord[] = []
  const ended = Promise.withResolvers<CommandResult>()
  const acknowledged = new Set<string>()
  let grantedTo: string | undefined
  let life = 0
  let agent: Agent | undefined

  const boot = (): void => {
    const own = ++life
    const alive = () => own === life
    /** Every touch of the world may be the last one: before it happens, or right after. */
    const touch = (act: () => void): boolean => {
      if (!alive()) return false
      told.touches += 1
      if (told.touches === dieAt) return die()
      act()
      told.touches += 1
      if (told.touches === dieAt) return die()
      return true
    }
    const die = (): boolean => {
      life++
      agent?.stop()
      time.after(1_000, boot)
      return false
    }
    const journal: Journal = {
      load: async () => [...disk],
      append: (record) =>
        new Promise((resolve) => {
          time.after(1, () => touch(() => disk.push(record)) && resolve())
        }),
    }
    const drive: Drive = { done: ended.promise, abort: () => undefined }
    const driver: Driver = {
      ...plainDriver,
      name: 'instrument',
      start: () => {
        const began = touch(() => {
          told.starts += 1
          time.after(5_000, () => ended.resolve({ outcome: 'succeeded' }))
        })
        return began ? drive : { ...drive, done: new Promise(() => undefined) }
      },
      inspect: async () => {
        if (!knows) return { known: 'nothing' }
        return told.starts > 0 ? { known: 'running', drive } : { known: 'nothing' }
      },
    }
    const hear = (message: Downlink) => time.after(5, () => alive() && agent?.receive(message))
    const answer = ({ session, stamp, want, driving }: Poll): void => {
      const mine = grantedTo === session
      const grant =
        want > 0 &&
        told.results.length === 0 &&
        (grantedTo === undefined || (mine && !driving.includes(order.commandId)))
      if (grant) grantedTo = session
      const unresolved = grantedTo !== undefined && !mine && !grant && told.results.length === 0
      hear({
        type: 'next',
        session,
        stamp,
        controls: [],
        more: false,
        ...(grant && { command: order }),
        unresolved: unresolved ? [{ commandId: order.commandId, driver: order.driver }] : [],
      })
    }
    const take = (report: Report): void => {
      if (report.type === 'progress') return
      if (report.type === 'ended' && !acknowledged.has(report.messageId)) told.results.push(report.result)
      acknowledged.add(report.messageId)
      hear({ type: 'ack', messageId: report.messageId })
    }
    const clock: AgentClock = {
      now: time.now,
      monotonic: time.now,
      after: (ms, call) => time.after(ms, () => alive() && call()),
    }
    agent = createAgent(
      {
        clock,
        journal,
        transport: {
          poll: (poll) => void touch(() => time.after(5, () => answer(poll))),
          report: (report) => void touch(() => time.after(5, () => take(report))),
        },
        instruments: [{ driver }],
        messageId: () => `msg_${own}-${told.touches}`,
        log: () => undefined,
      },
      { session: `session-${own}`, software: 'test', maxConcurrent: 1, pollEveryMs: 1_000, resendMs: 500 },
    )
    agent.start().catch(() => undefined)
  }
  boot()
  await time.runUntil(60_000)
  agent?.stop()
  return told
}

test('undisturbed it drives once and tells success', async () => {
  expect(await live(-1, true)).toMatchObject({ starts: 1, results: [{ outcome: 'succeeded' }] })
})

test.for([{ knows: true }, { knows: false }])(
  'wherever it dies ($knows: the instrument can tell), it never drives twice and always answers',
  async ({ knows }) => {
    const { touches } = await live(-1, knows)
    const seen = new Set<string>()
    for (let dieAt = 1; dieAt <= touches; dieAt++) {
      const { starts, results } = await live(dieAt, knows)
      expect(starts, `dying at ${dieAt}`).toBeLessThanOrEqual(1)
      // It is told once; where an end that was told is told again, it is the same.
      const outcomes = new Set(results.map(({ outcome }) => outcome))
      expect(outcomes.size, `dying at ${dieAt}: ${[...outcomes].join(', ')}`).toBe(1)
      const [outcome = ''] = outcomes
      seen.add(outcome)
      if (outcome === 'succeeded') expect(starts, `dying at ${dieAt}`).toBe(1)
      expect(['succeeded', 'indeterminate']).toContain(outcome)
    }
    expect(seen).toContain('indeterminate')
    expect(seen).toContain('succeeded')
  },
)
