import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type AgentProcess, keepAgentProcess } from './processes/agent-process.ts'
import { takeDataDirectory } from './processes/data-directory.ts'
import { startLaboratory } from './processes/laboratory.ts'
import { exampleRoot, seedDemoLaboratory } from './seed/demo-laboratory.ts'

const help = `npm start -- [options]: Benchtime on this machine, interpreting the template that cdk deploy would ship.

  --port N      port of the HTTP API (default 4100; 0 takes a free one)
  --mqtt-port N port of the broker that agents connect to (default: the one after --port)
  --mqtts-port N  the same for agents with certificates (default: the one after --mqtt-port)
  --data DIR    where everything is kept (default .benchtime)
  --fresh       forget what is kept there first
  --no-seed     make no demo laboratory and start no agent
  --private-webhooks  send webhooks to this machine and to private networks, too
  --help        this text
`

const began = performance.now()
const step = (text: string): void =>
  console.log(`  ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}`)

const portOf = (option: string, text: string): number => {
  const port = Number(text)
  if (text === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`${option} must be a number from 0 to 65535; it was "${text}".`)
  return port
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4100' },
      'mqtt-port': { type: 'string' },
      'mqtts-port': { type: 'string' },
      data: { type: 'string', default: '.benchtime' },
      fresh: { type: 'boolean', default: false },
      'no-seed': { type: 'boolean', default: false },
      'private-webhooks': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(help)
  const port = portOf('--port', values.port)
  const after = (other: number): number => (other === 0 || other === 65_535 ? 0 : other + 1)
  const mqttPort = values['mqtt-port'] ? portOf('--mqtt-port', values['mqtt-port']) : after(port)
  const mqttsPort = values['mqtts-port'] ? portOf('--mqtts-port', values['mqtts-port']) : after(mqttPort)
  const dataDir = resolve(values.data)
  console.log('Benchtime starts.')
  const directory = takeDataDirectory(dataDir)
  if (values.fresh) {
    rmSync(dataDir, { recursive: true, force: true })
    takeDataDirectory(dataDir)
    step('what was kept is forgotten')
  }
  const environment = values['private-webhooks'] ? { WEBHOOKS: 'anywhere' } : {}
  const laboratory = await startLaboratory({ dataDir, port, mqttPort, mqttsPort, environment, onProgress: step })
  let agent: Pick<AgentProcess, 'stop'> | undefined
  if (!values['no-seed']) {
    const { thingName } = await seedDemoLaboratory(await laboratory.clientFor('admin'))
    step('demo laboratory ws_demo is there')
    const password = laboratory.passwordFor(thingName)
    agent = keepAgentProcess(
      {
        thing: thingName,
        mqttUrl: laboratory.mqttUrl,
        password,
        dataDir: join(dataDir, 'agent'),
        roots: [exampleRoot],
      },
      (why) =>
        console.log(`The agent ended (${why}); it is started again. Its log: ${join(dataDir, 'agent', 'agent.log')}`),
    )
    step(`agent ${thingName} is started (drivers: simulator, process)`)
  }
  directory.tell({ url: laboratory.url, mqttUrl: laboratory.mqttUrl })
  console.log(`\nready ${laboratory.url}`)
  console.log(`\n  token     npm run -s token -- --as manager        (admin, manager, operator, scientist, viewer)`)
  console.log(
    `  try       curl -H "authorization: Bearer $(npm run -s token -- --as manager)" ${laboratory.url}/v1/workspaces/ws_demo/schedules`,
  )
  console.log(`  agents    ${laboratory.mqttUrl}   (npm run -s agent -- --help)`)
  console.log(`            ${laboratory.mqttsUrl}   with certificates of ${laboratory.rootFile}`)
  console.log(`  log       ${join(dataDir, 'cloud.log')}`)
  console.log(`  stop      Ctrl-C\n`)

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return process.exit(1)
    stopping = true
    console.log('\nBenchtime stops …')
    await agent?.stop('SIGKILL')
    await laboratory.stop()
    directory.leave()
    console.log('Everything is kept; npm start goes on from here.')
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
}

/** What to tell a person of an error that ended the start. */
const told = (error: unknown): string => {
  const { code, message, port, cause } = error as NodeJS.ErrnoException & {
    port?: number
    cause?: { message?: string }
  }
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop what uses it, or choose another: npm start -- --port 4200`
  if (cause?.message === 'bad port')
    return 'This --port is one that browsers and fetch refuse to call. Choose another: npm start -- --port 4200'
  return message ?? String(error)
}

main().catch((error: unknown) => {
  console.error(told(error))
  process.exit(1)
})
