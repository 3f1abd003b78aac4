/** The contract that every driver keeps, by each driver that comes with the agent. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { hamiltonConfigSchema } from '#agent/drivers/hamilton/config.ts'
import { hamiltonDriver } from '#agent/drivers/hamilton/hamilton-driver.ts'
import { opentronsConfigSchema, opentronsDriver } from '#agent/drivers/opentrons/opentrons-driver.ts'
import { processDriver } from '#agent/drivers/process/process-driver.ts'
import { simulatorDriver } from '#agent/drivers/simulator.ts'
import { processTree } from '#agent/programs/process-tree.ts'
import type { GrantedCommand } from '#contracts/agents/messages.ts'
import { command } from './commands.ts'
import { driverContract } from './driver-contract.ts'
import { type FakeRobot, startFakeRobot } from './fakes/opentrons-server.ts'
import { realClock, until } from './real-clock.ts'

let home: string
let robot: FakeRobot
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'benchtime-drivers-'))
  mkdirSync(join(home, 'methods'))
  mkdirSync(join(home, 'bin'))
  for (const name of ['HxRun.exe', 'hxrun.mjs'])
    copyFileSync(join(import.meta.dirname, 'fakes', name), join(home, 'bin', name))
  robot = await startFakeRobot()
})
afterAll(async () => {
  await robot.close()
  rmSync(home, { recursive: true, force: true })
})

let n = 0
const order = (more: Partial<GrantedCommand>): GrantedCommand => command({ commandId: `cmd_contract-${++n}`, ...more })
const stopping = { graceMs: 300, clock: realClock, tree: processTree() }
const workOf = ({ commandId }: GrantedCommand) => join(home, 'work', commandId)

driverContract('simulator', () => ({
  make: () => simulatorDriver(realClock),
  succeeds: () => order({ driver: 'simulator', parameters: { durationMs: 5 } }),
  impossible: () => order({ driver: 'simulator', parameters: { durationMs: -1 } }),
  endless: () => order({ driver: 'simulator', parameters: { durationMs: 80_000_000 } }),
  begun: async () => undefined,
  starts: () => 0,
}))

const program = (name: string, source: string): string => {
  writeFileSync(join(home, 'methods', name), source)
  return name
}
driverContract('process', () => ({
  make: () => processDriver({ ...stopping, roots: [join(home, 'methods')], workDir: join(home, 'work') }),
  succeeds: () => order({ path: program('short.mjs', 'console.log("done")'), payload: { runtime: 'node' } }),
  impossible: () => order({ path: 'missing.mjs', payload: { runtime: 'node' } }),
  endless: () =>
    order({
      path: program(
        'long.mjs',
        `import { appendFileSync } from 'node:fs'; appendFileSync('begun', 'x'); setInterval(() => {}, 1000)`,
      ),
      payload: { runtime: 'node' },
    }),
  begun: (of) => until('the program', () => existsSync(join(workOf(of), 'begun'))),
  starts: (of) => (existsSync(join(workOf(of), 'begun')) ? readFileSync(join(workOf(of), 'begun')).length : 0),
}))

let methods = 0
/** A method of its own for each command, so that its traces can be told from others. */
const method = (says: object): string => {
  const name = `method ${++methods}.med`
  writeFileSync(join(home, 'methods', name), JSON.stringify(says))
  return name.replace('.med', '')
}
const tracesOf = ({ path = '' }: GrantedCommand): string[] =>
  existsSync(join(home, 'LogFiles'))
    ? readdirSync(join(home, 'LogFiles')).filter((name) => name.startsWith(`${path}_`))
    : []
driverContract('hamilton', () => ({
  make: () =>
    hamiltonDriver({
      ...stopping,
      workDir: join(home, 'work'),
      config: hamiltonConfigSchema.parse({
        hxrun: join(home, 'bin', 'HxRun.exe'),
        arguments: ['{method}', '-t'],
        methodFolders: [join(home, 'methods')],
        traceFolder: join(home, 'LogFiles'),
        // Other tests run the same fake at the same time.
        processNames: ['nothing-of-this-name.exe'],
      }),
    }),
  succeeds: () => order({ driver: 'hamilton', path: method({}) }),
  impossible: () => order({ driver: 'hamilton', path: 'no such method' }),
  endless: () => order({ driver: 'hamilton', path: method({ hang: true, child: true }) }),
  begun: (of) => until('the method', () => tracesOf(of).length > 0),
  starts: (of) => tracesOf(of).length,
}))

const playing = ({ payload }: GrantedCommand) =>
  [...robot.runs.values()].filter(({ protocolId }) => protocolId === payload?.protocolId)
driverContract('opentrons', () => ({
  make: () =>
    opentronsDriver({
      clock: realClock,
      workDir: join(home, 'work'),
      config: opentronsConfigSchema.parse({ url: robot.url, lookEverySeconds: 0.02 }),
    }),
  succeeds: () => order({ driver: 'opentrons', payload: { protocolId: `short-${n}` } }),
  impossible: () => order({ driver: 'opentrons', path: 'nowhere.py' }),
  endless: () => {
    const of = order({ driver: 'opentrons' })
    return { ...of, payload: { protocolId: `endless-${of.commandId}` } }
  },
  begun: (of) => until('playing', () => playing(of).some(({ status }) => status === 'running')),
  starts: (of) => playing(of).length,
}))
