import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Agent, createAgent } from './core/agent.ts'
import { elapsedTime } from './core/elapsed-time.ts'
import type { AgentClock, AgentPorts, Driver } from './core/ports.ts'
import { processDriver } from './drivers/process/process-driver.ts'
import { simulatorDriver } from './drivers/simulator.ts'
import { openFileJournal } from './io/file-journal.ts'
import { connect } from './io/mqtt-transport.ts'
import { help, type Options, readOptions, WrongOptions } from './options.ts'

const software = 'benchtime-agent 0.1.0'

const clock: AgentClock = {
  now: () => Date.now(),
  monotonic: elapsedTime(() => performance.now(), Date.now),
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

const log: AgentPorts['log'] = (level, message, facts) =>
  console.error(JSON.stringify({ at: new Date().toISOString(), level, message, ...facts }))

const run = async (options: Options): Promise<void> => {
  const journal = await openFileJournal(options.dataDir)
  const workDir = join(options.dataDir, 'work')
  const drivers = new Map<string, Driver>(
    [simulatorDriver(clock), processDriver({ roots: options.roots, workDir, graceMs: options.graceMs, clock })].map(
      (driver) => [driver.name, driver],
    ),
  )
  let agent: Agent | undefined
  const link = connect(options.broker, {
    onConnected: () => agent?.connected(),
    onMessage: (message) => agent?.receive(message),
    log,
  })
  agent = createAgent(
    { clock, journal, transport: link, drivers, messageId: () => `msg_${randomBytes(12).toString('hex')}`, log },
    {
      session: randomBytes(16).toString('hex'),
      software,
      maxConcurrent: options.maxConcurrent,
      pollEveryMs: options.pollEveryMs,
      resendMs: 3_000,
    },
  )
  await agent.start()
  log('info', 'The agent is up.', { thing: options.broker.thing, drivers: [...drivers.keys()], roots: options.roots })

  const end = async (): Promise<void> => {
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
    log('info', 'Ending: no more commands are taken.', { driving: agent.driving })
    const wait = (): void => {
      if (agent.driving.length === 0 && agent.unreported === 0) return void end()
      clock.after(100, wait)
    }
    wait()
    // Reports that the cloud cannot take now are in the journal and go out at the next start.
    clock.after(5_000, () => agent.driving.length === 0 && void end())
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(help)
  else await run(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(error instanceof WrongOptions ? 2 : 1)
}
