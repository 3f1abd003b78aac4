import { type Agent, createAgent } from '#agent/core/agent.ts'
import { elapsedTime } from '#agent/core/elapsed-time.ts'
import type { AgentClock, Driver, Journal } from '#agent/core/ports.ts'
import { lineOf, readLines } from '#agent/io/journal-format.ts'
import type { Downlink, Poll, Report } from '#contracts/agents/messages.ts'
import type { AgentId, MessageId, WorkspaceId } from '#domain/ids.ts'
import type { FaultRates, Strikes } from './faults.ts'
import type { Random } from './random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** The host of an agent: its disk outlives its process, its process dies and comes back. */
export type AgentHost = {
  readonly workspaceId: WorkspaceId
  readonly agentId: AgentId
  deliver(message: Downlink): void
  die(): void
}

type Uplink = (agentId: AgentId, message: { kind: 'poll'; message: Poll } | { kind: 'report'; message: Report }) => void

export type Sabotage = {
  /** Wraps the journal of every agent: a saboteur may break its promise here. */
  readonly journal?: (journal: Journal) => Journal
  /** Changes what agents receive. */
  readonly downlink?: (message: Downlink) => Downlink
  /** Agents count time by a clock that stands still while their host sleeps. */
  readonly sleepingClock?: boolean
}

export const startAgentHost = (of: {
  readonly workspaceId: WorkspaceId
  readonly agentId: AgentId
  readonly time: VirtualTime
  readonly random: Random
  readonly rates: () => FaultRates
  readonly strikes: Strikes
  readonly count: (what: string) => void
  readonly uplink: Uplink
  readonly driver: (agent: { alive(): boolean; hasIntent(commandId: string): boolean }) => Driver
  readonly sabotage: Sabotage
}): AgentHost => {
  const { time, random, rates, strikes } = of
  /** The disk itself, byte by byte, as the agent’s own journal writes it. */
  let disk: Buffer = Buffer.alloc(0)
  const snapshots: Buffer[] = [disk]
  let life = 0
  let agent: Agent | undefined
  let messages = 0

  // While the host sleeps (a laptop that is closed, a virtual machine that is paused) its monotonic clock stands still.
  let asleepUntil = 0
  let sleptMs = 0
  const awake = (call: () => void): void => {
    if (time.now() >= asleepUntil) call()
    else time.after(asleepUntil - time.now(), () => awake(call))
  }
  const standingStill = () => time.now() - sleptMs + Math.max(0, asleepUntil - time.now())
  const sleepSome = (): void => {
    const perHour = rates().hostSleepsPerHour
    if (perHour <= 0) return
    time.after((-Math.log(1 - random.next()) * 3_600_000) / perHour, () => {
      const lasts = random.between(1_000, 1_800_000)
      if (rates().hostSleepsPerHour > 0 && time.now() >= asleepUntil) {
        of.count('hostSleeps')
        asleepUntil = time.now() + lasts
        sleptMs += lasts
      }
      sleepSome()
    })
  }

  const boot = (): void => {
    const own = ++life
    const alive = () => own === life
    const wall = () => time.now() + 3_600_000
    const clock: AgentClock = {
      now: wall,
      monotonic: of.sabotage.sleepingClock ? standingStill : elapsedTime(standingStill, wall),
      after: (ms, call) => time.after(ms, () => awake(() => alive() && call())),
    }
    const honest: Journal = {
      load: async () => {
        const { records, length } = readLines(disk, 'the journal')
        disk = disk.subarray(0, length)
        return records
      },
      append: async (record) => {
        await time.sleep(random.between(1, 30))
        await new Promise<void>(awake)
        if (!alive()) return new Promise(() => undefined)
        if (strikes('journalFull')) throw new Error('no space left on device')
        const line = Buffer.from(lineOf([record]))
        if (strikes('tornWrite')) {
          const part = Buffer.from(line.subarray(0, random.between(0, line.length)))
          if (part.length > 0 && random.chance(0.5)) part[random.between(0, part.length - 1)] = 0
          disk = Buffer.concat([disk, part])
          die()
          return new Promise(() => undefined)
        }
        disk = Buffer.concat([disk, line])
        if (random.chance(0.2)) snapshots.push(disk)
      },
    }
    const journal = of.sabotage.journal?.(honest) ?? honest
    const hasIntent = (commandId: string) =>
      readLines(disk, 'the journal').records.some(
        (record) => record.type === 'intent' && record.command.commandId === commandId,
      )
    const driver = of.driver({ alive, hasIntent })
    agent = createAgent(
      {
        clock,
        journal,
        transport: {
          poll: (message) => alive() && of.uplink(of.agentId, { kind: 'poll', message }),
          report: (message) => alive() && of.uplink(of.agentId, { kind: 'report', message }),
        },
        instruments: [{ driver }],
        messageId: () => `msg_${own}-${++messages}` as MessageId,
        log: () => undefined,
      },
      {
        session: `session-${of.agentId}-${own}`,
        software: 'simulated',
        maxConcurrent: 2,
        pollEveryMs: 60_000,
        resendMs: 5_000,
      },
    )
    agent.start().catch(() => undefined)
    dieSome(own)
  }

  const die = (): void => {
    life++
    agent?.stop()
    of.count('agentDies')
    if (strikes('journalRestored')) disk = random.pick(snapshots)
    time.after(random.between(1_000, rates().agentAwayMs), boot)
  }

  const dieSome = (own: number): void => {
    const perHour = rates().agentDiesPerHour
    if (perHour > 0)
      time.after(
        (-Math.log(1 - random.next()) * 3_600_000) / perHour,
        () => own === life && rates().agentDiesPerHour > 0 && die(),
      )
  }

  boot()
  sleepSome()
  return {
    workspaceId: of.workspaceId,
    agentId: of.agentId,
    die,
    deliver: (message) => {
      const current = life
      const changed = of.sabotage.downlink?.(message) ?? message
      awake(() => current === life && agent?.receive(changed))
    },
  }
}
