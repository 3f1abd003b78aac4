import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type InstrumentConfig, optionsOf, readConfig, WrongOptions } from './config.ts'
import { type EnrolOptions, readEnrolOptions } from './enrol/options.ts'
import type { Broker } from './io/mqtt-transport.ts'
import type { stepPorts } from './programs/step-programs.ts'

export const help = `Benchtime agent: drives the instruments beside it, on orders from the cloud.

  benchtime-agent [run]  --config FILE             drive
  benchtime-agent doctor --config FILE             look at everything that it needs, and say what to do
  benchtime-agent enrol  --api URL --workspace ws_… --name NAME [--config FILE]
                                                   make a key, have it signed, write FILE, connect, and let
                                                   doctor look

In a checkout it is "npm run agent --" instead of "benchtime-agent".

Options of run and doctor; each may also stand in FILE (YAML or JSON), or in the environment as
BENCHTIME_AGENT_<NAME>. The command line wins over the environment, the environment over the file.

  --config FILE          configuration; BENCHTIME_AGENT_CONFIG names it too
  --thing NAME           thing name, as enrolling the agent answered it (ws_…:agt_…)
  --broker URL           mqtt://host:port on a laptop; mqtts://ENDPOINT:8883 at AWS IoT Core
  --stage NAME           stage of the deployment (default dev)
  --password-file FILE   credential for a laptop's broker (npm run token -- --agent NAME)
  --cert FILE --key FILE --ca FILE
                         certificate, private key and root for AWS IoT Core
  --data DIR             journal and working directories (default ./.benchtime-agent). Keep it on a
                         local disk and back it up with nothing: a restored journal is recognised as old.
  --root DIR             programs and methods may lie below this directory (repeatable)
  --max-concurrent N     drives at one time, on different assets (default 4)
  --grace SECONDS        between asking a program to stop and killing it (default 10)
  --poll SECONDS         between polls when nothing happens (default 60)
  --on-stop WHAT         finish (default): SIGTERM waits for what is being driven; hand-over: it does not
                         wait for what outlives the agent, and the next life of the agent goes on with it
  --log text|json        form of the log on standard error (default text)
  --help                 this text

Options of enrol:

  --api URL              address of the API; the token of a manager of the workspace is expected in
                         BENCHTIME_TOKEN, or in --token-file FILE (- for standard input)
  --workspace ws_…       workspace of the agent
  --name NAME            makes a new agent of this name; --agent agt_… takes one that is there. With
                         neither, the agent that FILE names gets a new key and certificate
  --config FILE          what is written, or brought up to date (default agent.yaml)
  --ca FILE              root certificate of the broker, where it is not AWS (on a laptop DATA/iot/root.pem)

Drivers: simulator, process, hamilton, opentrons. The last two need "instruments" in the file; see
docs/guides/agents.md, which is README.md in the package.
The first SIGTERM or Ctrl-C takes no more commands, and ends when what is being driven has ended and is
reported; a second one ends at once, and what was being driven is answered for at the next start.
Exit codes: 0 ended as asked, 1 could not start (the reason is printed), 2 wrong options.
`

export type Options = {
  readonly broker: Broker
  readonly dataDir: string
  readonly roots: readonly string[]
  readonly maxConcurrent: number
  readonly graceMs: number
  readonly pollEveryMs: number
  readonly onStop: 'finish' | 'hand-over'
  readonly log: 'text' | 'json'
  readonly instruments: readonly InstrumentConfig[]
  readonly steps: Parameters<typeof stepPorts>[0]
}

export type Asked =
  | { readonly command: 'help' }
  | { readonly command: 'run' | 'doctor'; readonly options: Options }
  | { readonly command: 'enrol'; readonly options: EnrolOptions }

const parsed = (args: readonly string[]) => {
  const text = { type: 'string' } as const
  const names = [...Object.values(optionsOf), 'config']
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(names.map((name) => [name, text])),
        root: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
      strict: true,
      allowPositionals: true,
    })
  } catch (error) {
    throw new WrongOptions((error as Error).message)
  }
}

const runOptions = (values: Record<string, unknown>, env: NodeJS.ProcessEnv): Options => {
  const given = Object.fromEntries(
    Object.entries(optionsOf).flatMap(([name, option]) =>
      values[option] === undefined ? [] : [[name, values[option]]],
    ),
  )
  const config = readConfig(
    { ...given, ...(values.root !== undefined && { roots: values.root }) },
    env,
    values.config as string | undefined,
  )
  const file = (name: 'passwordFile' | 'cert' | 'key' | 'ca'): string | undefined => {
    const path = config[name]
    if (path === undefined) return undefined
    try {
      return readFileSync(path, 'utf8').trim()
    } catch (error) {
      throw new WrongOptions(`"${name}" cannot be read: ${(error as Error).message}`)
    }
  }
  const [cert, key, ca, password] = [file('cert'), file('key'), file('ca'), file('passwordFile')]
  return {
    broker: {
      url: config.broker,
      thing: config.thing,
      stage: config.stage,
      ...(password !== undefined && { password }),
      ...(cert !== undefined && key !== undefined && { tls: { cert, key, ...(ca !== undefined && { ca }) } }),
    },
    dataDir: resolve(config.data),
    roots: config.roots.map((root) => resolve(root)),
    maxConcurrent: config.maxConcurrent,
    graceMs: config.graceSeconds * 1000,
    pollEveryMs: config.pollSeconds * 1000,
    onStop: config.onStop,
    log: config.log,
    instruments: config.instruments,
    steps: config.steps,
  }
}

/** What is asked of the agent's command. @throws WrongOptions */
export const readOptions = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Asked => {
  const [first, ...others] = args
  if (first === 'enrol' && !others.includes('--help'))
    return { command: 'enrol', options: readEnrolOptions(others, env) }
  const { values, positionals } = parsed(args)
  if (values.help) return { command: 'help' }
  const [command = 'run', ...more] = positionals
  if (more.length > 0) throw new WrongOptions(`Too much: ${more.join(' ')}. See --help.`)
  switch (command) {
    case 'run':
    case 'doctor':
      return { command, options: runOptions(values, env) }
    default:
      throw new WrongOptions(`There is no command "${command}"; there are run, doctor and enrol. See --help.`)
  }
}
