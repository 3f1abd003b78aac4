import { createMemoryStore, type MemoryStore } from '#adapters/memory/store.ts'
import { seeAgent } from '#application/agents/see-agent.ts'
import { holdAllAhead } from '#application/holds/hold-ahead.ts'
import { lookAtReservations } from '#application/reservations/look-at-reservations.ts'
import { answerPoll } from '#application/runs/answer-poll.ts'
import { settleExecution } from '#application/runs/settle-execution.ts'
import { sweepRuns } from '#application/runs/sweep-runs.ts'
import { takeReport } from '#application/runs/take-report.ts'
import { watchLongRuns } from '#application/runs/watch-long-runs.ts'
import type { AgentLink, Change, CommitResult, Store, Timetable, Workflows } from '#application/world.ts'
import type { Downlink, Poll, Report } from '#contracts/agents/messages.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { hours, instantOf, minutes } from '#domain/time.ts'
import { type AgentHost, type Sabotage, startAgentHost } from './agents.ts'
import { drawFaults, type FaultRates, noFaults, type Strikes } from './faults.ts'
import { createInstruments } from './instruments.ts'
import { createWatch } from './invariants.ts'
import { seedLaboratory } from './laboratory.ts'
import { createPeople } from './people.ts'
import { createRandom } from './random.ts'
import { createVirtualTime } from './virtual-time.ts'
import { createEngine, type Runtime } from './workflow.ts'

export type Saboteur = Sabotage & {
  /** Breaks what the store promises, or what the cloud writes into it. */
  readonly store?: (store: Store) => Store
  /** Faults of this world that are not drawn. */
  readonly rates?: Partial<FaultRates>
  /** Look at these invariants alone, where others are known not to hold. */
  readonly only?: readonly string[]
}

export type History = {
  readonly seed: number
  readonly violation: string | undefined
  readonly runs: number
  readonly drives: number
  readonly simulatedMs: number
  /** How runs ended, by outcome and reason: to see that a history visits what it should. */
  readonly ends: Readonly<Record<string, number>>
  /** How often which fault struck, by its name. */
  readonly faults: Readonly<Record<string, number>>
  /** Calls to the store that functions made, each a point at which one may die. */
  readonly touches: number
}

export type Options = {
  /** The function that makes this call to the store dies before it (odd) or after it (even). */
  readonly crashAt?: number
  /** One firing of one schedule, nobody at work, no other fault. */
  readonly oneFiring?: boolean
}

const workspaceId: WorkspaceId = 'ws_lab'
const startMs = Date.UTC(2026, 10, 20, 21)
const faultyMs = hours(6)
const settlingMs = hours(9)

class Crash extends Error {}

/** Nobody asks other systems here. */
const noProbe = { ask: async () => ({ ok: true, message: '' }) }

/** One history of a laboratory: faults for six hours, then none, until everything has come to rest. */
export const simulate = async (seed: number, saboteur: Saboteur = {}, options: Options = {}): Promise<History> => {
  const random = createRandom(seed)
  const time = createVirtualTime(startMs)
  const drawn = { ...(options.oneFiring ? noFaults : drawFaults(random)), ...saboteur.rates }
  const faults: Record<string, number> = {}
  const count = (what: string): void => {
    faults[what] = (faults[what] ?? 0) + 1
  }
  const strikes: Strikes = (fault) => {
    const hit = random.chance(rates[fault])
    if (hit) count(fault)
    return hit
  }
  let touches = 0
  let rates: FaultRates = drawn
  const memory: MemoryStore = createMemoryStore()
  const instruments = createInstruments(time, random, strikes, (movement, intended) =>
    watch.moved(movement, intended, time.now()),
  )
  const watch = createWatch(
    () => memory,
    () => instruments.movements,
    () => time.now(),
    saboteur.only,
  )

  const watched: Store = {
    ...memory,
    commit: async (changes: readonly Change[]): Promise<CommitResult> => {
      const result = await memory.commit(changes)
      if (result.committed) watch.committed(changes)
      return result
    },
  }
  const trusted = saboteur.store?.(watched) ?? watched
  let unique = 0
  const ids = { unique: () => (++unique).toString(36).padStart(10, '0') }
  const clock = { now: () => time.now() }

  /** The store as one invocation sees it: slow, and the invocation may die before or after each call. */
  const storeOf = (invocation: { dead: boolean }): Store => {
    const through = async <T>(call: () => Promise<T>): Promise<T> => {
      const die = () => {
        invocation.dead = true
        throw new Crash()
      }
      if (invocation.dead) throw new Crash()
      if (++touches === options.crashAt || strikes('crashBefore')) die()
      await time.sleep(random.between(1, rates.storeDelayMs))
      const result = await call()
      await time.sleep(random.between(1, rates.storeDelayMs))
      if (++touches === options.crashAt || strikes('crashAfter')) die()
      return result
    }
    const wrapped = Object.fromEntries(
      Object.entries(trusted).map(([name, method]) => [
        name,
        typeof method === 'function'
          ? (...args: unknown[]) => through(() => (method as (...args: unknown[]) => Promise<unknown>)(...args))
          : method,
      ]),
    )
    return wrapped as unknown as Store
  }

  const hosts = new Map<AgentId, AgentHost>()
  const onItsWay = (call: () => void): void => {
    if (strikes('messageLost')) return
    const copies = strikes('messageTwice') ? 2 : 1
    for (let copy = 0; copy < copies; copy++)
      time.after(random.between(1, strikes('messageStray') ? minutes(30) : rates.messageDelayMs), call)
  }
  const send = (agentId: AgentId, message: Downlink): void => onItsWay(() => hosts.get(agentId)?.deliver(message))
  // Firings are drawn here; the year of schedules looks at what stands at EventBridge Scheduler.
  const timetable: Timetable = {
    put: async () => undefined,
    remove: async () => undefined,
    read: async () => undefined,
    list: async () => ({ items: [] }),
  }
  const agentLink: AgentLink = { wake: async (_workspace, agentId) => send(agentId, { type: 'wake' }) }

  const invoke = async <T>(step: (world: Runtime) => Promise<T>): Promise<T> => {
    const invocation = { dead: false }
    // Steps ask for executions while the engine that runs them is being made.
    const workflows: Workflows = {
      startRun: (...of) => engine.workflows.startRun(...of),
      stop: (...of) => engine.workflows.stop(...of),
      state: (...of) => engine.workflows.state(...of),
    }
    return step({ store: storeOf(invocation), clock, ids, agentLink, timetable, workflows, probe: noProbe })
  }
  const engine = createEngine({
    time,
    invoke,
    onEnded: (start, execution, status) => {
      if (strikes('endEventLost')) return
      const attempt = (left: number): void => {
        time.after(random.between(100, 5_000), () => {
          invoke((world) => settleExecution(start, execution, status, world)).catch(() => left > 0 && attempt(left - 1))
        })
      }
      attempt(5)
    },
  })
  const { callbacks, workflows } = engine

  const uplink = (agentId: AgentId, up: { kind: 'poll'; message: Poll } | { kind: 'report'; message: Report }): void =>
    onItsWay(() => {
      const handle = async (): Promise<void> => {
        if (up.kind === 'poll') {
          // Every fourth laboratory keeps what agents say of their instruments.
          if (seed % 4 === 1) await invoke((world) => seeAgent({ workspaceId, agentId, ...up.message }, world))
          const { session, stamp, want, driving, fences = [] } = up.message
          const found = await invoke((world) =>
            answerPoll({ workspaceId, agentId, session, want, driving, fences }, { ...world, callbacks }),
          )
          const command = found.granted?.command
          send(agentId, {
            type: 'next',
            session,
            stamp,
            controls: found.controls.map(({ type, commandId }) => ({ type, commandId })),
            ...(command &&
              found.granted && {
                command: { ...command, commandId: command.id, validForMs: found.granted.validForMs },
              }),
            more: found.more,
            unresolved: found.unresolved.map(({ id, driver }) => ({ commandId: id, driver })),
          })
          return
        }
        const { commandId, messageId } = up.message
        const report = up.message
        // Nobody keeps files here.
        if (report.type === 'upload' || report.type === 'uploaded') return
        const taken = await invoke((world) =>
          takeReport({ workspaceId, agentId, commandId, report }, { ...world, callbacks }),
        )
        send(agentId, { type: 'ack', messageId, ...(!taken.accepted && { rejected: taken.why }) })
      }
      // IoT retries a function that fails, twice.
      const attempt = (left: number): void => {
        handle().catch(() => left > 0 && time.after(random.between(500, 3_000), () => attempt(left - 1)))
      }
      attempt(2)
    })

  const laboratory = await seedLaboratory(memory, workspaceId, random, startMs)
  for (const agentId of laboratory.agents)
    hosts.set(
      agentId,
      startAgentHost({
        workspaceId,
        agentId,
        time,
        random,
        rates: () => rates,
        strikes,
        count,
        uplink,
        driver: instruments.driverFor,
        sabotage: saboteur,
      }),
    )

  const world = { store: trusted, clock, ids, agentLink, workflows }
  const sweep = (): void => {
    invoke((within) => sweepRuns(workspaceId, { ...within, workflows })).catch(() => undefined)
    time.after(minutes(5), sweep)
  }
  time.after(minutes(5), sweep)

  const keepTime = (): void => {
    invoke(async (within) => {
      await lookAtReservations(workspaceId, within)
      // Every fourth laboratory holds ahead, which takes its time here.
      if (seed % 4 === 0) await holdAllAhead(workspaceId, within)
      await watchLongRuns(workspaceId, within)
    }).catch(() => undefined)
    time.after(minutes(7), keepTime)
  }
  time.after(minutes(7), keepTime)

  // Firings, as EventBridge Scheduler delivers them: at least once, mostly on time.
  const together = random.between(1, 600) * 1_000
  for (const { schedule, everyMs } of laboratory.schedules.slice(0, options.oneFiring ? 1 : undefined)) {
    const fire = (dueMs: number): void => {
      if (dueMs - startMs > faultyMs) return
      const scheduledTime = new Date(dueMs).toISOString()
      const copies = strikes('firingTwice') ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        const lateMs = strikes('firingLate') ? random.between(0, minutes(40)) : random.between(0, 2_000)
        const start = {
          kind: 'scheduled' as const,
          workspaceId,
          scheduleId: schedule.id,
          scheduledTime,
          arming: schedule.generation,
        }
        time.after(lateMs, () => engine.start(`${schedule.id}.${dueMs}.${copy}`, start))
      }
      if (!options.oneFiring) time.after(everyMs, () => fire(dueMs + everyMs))
    }
    // Many schedules of a laboratory fire on the hour: at the same moment.
    const first = random.chance(0.6) ? together : random.between(1, 600) * 1_000
    const value = { ...schedule, startAt: instantOf(startMs + first), version: schedule.version + 1 }
    await memory.commit([{ type: 'put', kind: 'schedule', value, expect: schedule.version }])
    time.after(first, () => fire(startMs + first))
  }

  const people = createPeople({
    time,
    random,
    count,
    world: { ...world, timetable },
    workspaceId,
    laboratory,
    instruments,
    rates: () => rates,
  })
  const stopSome = (): void => {
    const running = engine.running()
    if (rates.stoppedPerHour > 0 && running.length > 0) {
      count('executionStopped')
      engine.stop(random.pick(running))
    }
    if (rates.stoppedPerHour > 0) time.after((-Math.log(1 - random.next()) * hours(1)) / rates.stoppedPerHour, stopSome)
  }
  if (rates.stoppedPerHour > 0) time.after(minutes(10), stopSome)

  const until = async (ms: number): Promise<void> => {
    for (let at = time.now(); at < ms && !watch.broken; at += minutes(10))
      await time.runUntil(Math.min(ms, at + minutes(10)))
  }
  await until(startMs + (options.oneFiring ? minutes(15) : faultyMs))
  rates = { ...noFaults, driverKnows: drawn.driverKnows }
  people.goHome()
  await until(startMs + (options.oneFiring ? hours(1) : faultyMs + settlingMs))
  if (!watch.broken) watch.atRest()

  const ends: Record<string, number> = {}
  let runs = 0
  for (const [key, value] of memory.everything().documents) {
    if (!key.startsWith('run/')) continue
    runs++
    const { outcome, end } = value as { outcome?: string; end?: { reason: string } }
    const name = `${outcome ?? 'live'} ${end?.reason ?? ''}`.trim()
    ends[name] = (ends[name] ?? 0) + 1
  }
  return {
    seed,
    violation: watch.broken?.message,
    runs,
    drives: instruments.movements.length,
    simulatedMs: time.now() - startMs,
    ends,
    faults,
    touches,
  }
}
