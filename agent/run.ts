import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Agent, createAgent } from './core/agent.ts'
import { elapsedTime } from './core/elapsed-time.ts'
import type { AgentClock } from './core/ports.ts'
import { watchCertificate } from './io/certificate.ts'
import { openFileJournal } from './io/file-journal.ts'
import { leftFiles } from './io/left-files.ts'
import { logTo } from './io/log.ts'
import { connect } from './io/mqtt-transport.ts'
import { makeInstruments } from './make-instruments.ts'
import type { Options } from './options.ts'
import { stepPorts } from './programs/step-programs.ts'
import { software } from './version.ts'

export const systemClock: AgentClock = {
  now: () => Date.now(),
  monotonic: elapsedTime(() => performance.now(), Date.now),
  after: (ms, call) => {
    const timer = setTimeout(call, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
}

/** How long reports may take that the cloud cannot take now; they are in the journal and go out at the next start. */
const lastReportsMs = 5_000

/** Drives until it is asked to end. */
export const run = async (options: Options): Promise<void> => {
  const clock = systemClock
  const log = logTo(options.log)
  const journal = await openFileJournal(options.dataDir)
  const instruments = makeInstruments(options.instruments, { ...options, clock })
  let agent: Agent | undefined
  const link = connect(options.broker, {
    onConnected: () => agent?.connected(),
    onMessage: (message) => agent?.receive(message),
    log,
  })
  agent = createAgent(
    {
      clock,
      journal,
      transport: link,
      instruments,
      steps: stepPorts(options.steps),
      files: leftFiles(join(options.dataDir, 'work')),
      messageId: () => `msg_${randomBytes(12).toString('hex')}`,
      log,
    },
    {
      session: randomBytes(16).toString('hex'),
      software,
      maxConcurrent: options.maxConcurrent,
      pollEveryMs: options.pollEveryMs,
      resendMs: 3_000,
    },
  )
  await agent.start()
  log('info', 'The agent is up.', {
    thing: options.broker.thing,
    drivers: instruments.map(({ driver }) => driver.name),
    roots: options.roots,
  })

  const unwatch = options.broker.tls ? watchCertificate(options.broker.tls.cert, clock, log) : undefined

  const end = async (): Promise<void> => {
    unwatch?.()
    agent.stop()
    await link.close().catch(() => undefined)
    await journal.close()
    process.exit(0)
  }
  let asked = false
  const onSignal = (): void => {
    if (asked) return void end()
    asked = true
    agent.drain()
    /** What has to end first; the rest goes on, and the next life of the agent finds it. */
    const left = () => (options.onStop === 'hand-over' ? agent.bound : agent.driving)
    log('info', 'Ending: no more commands are taken.', {
      waitsFor: left(),
      handsOver: agent.driving.length - left().length,
    })
    const wait = (): void => {
      if (left().length === 0 && agent.unreported === 0) return void end()
      clock.after(100, wait)
    }
    wait()
    clock.after(lastReportsMs, () => left().length === 0 && void end())
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
