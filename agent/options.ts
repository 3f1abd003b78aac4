import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { agentOfThing } from '#domain/agents/agent.ts'
import type { Broker } from './io/mqtt-transport.ts'

export const help = `Benchtime agent: drives the instruments beside it, on orders from the cloud.

  npm run agent -- --thing WORKSPACE:AGENT --broker URL [options]

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
  --help                 this text

Drivers: simulator, process.
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
}

export class WrongOptions extends Error {}

const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new WrongOptions(`--${name} must be a number above 0; it was "${text}".`)
  return value
}

/** @returns the options, or `help` where that is asked. @throws WrongOptions */
export const readOptions = (args: readonly string[]): Options | 'help' => {
  const text = { type: 'string' } as const
  let values: Record<string, string | boolean | string[] | undefined>
  try {
    const single = Object.fromEntries(
      ['thing', 'broker', 'stage', 'password-file', 'cert', 'key', 'ca', 'data', 'max-concurrent', 'grace', 'poll'].map(
        (name) => [name, text],
      ),
    )
    const options = {
      ...single,
      root: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    } as const
    values = parseArgs({ args: [...args], options, strict: true }).values as typeof values
  } catch (error) {
    throw new WrongOptions((error as Error).message)
  }
  if (values.help) return 'help'
  const one = (name: string): string | undefined => values[name] as string | undefined
  const thing = one('thing')
  const url = one('broker')
  if (!thing || !url) throw new WrongOptions('--thing and --broker are needed. See --help.')
  if (!agentOfThing(thing))
    throw new WrongOptions(`--thing must be as enrolling answered it, such as ws_lab:agt_1; it was "${thing}".`)
  if (!/^mqtts?:\/\/[^/]+$/.test(url))
    throw new WrongOptions(`--broker must be mqtt://host:port or mqtts://host:port; it was "${url}".`)
  const file = (name: string): string | undefined => {
    const path = one(name)
    if (path === undefined) return undefined
    try {
      return readFileSync(path, 'utf8').trim()
    } catch (error) {
      throw new WrongOptions(`--${name}: ${(error as Error).message}`)
    }
  }
  const [cert, key, ca, password] = [file('cert'), file('key'), file('ca'), file('password-file')]
  if ((cert === undefined) !== (key === undefined)) throw new WrongOptions('--cert and --key belong together.')
  return {
    broker: {
      url,
      thing,
      stage: one('stage') ?? 'dev',
      ...(password !== undefined && { password }),
      ...(cert !== undefined && key !== undefined && { tls: { cert, key, ...(ca !== undefined && { ca }) } }),
    },
    dataDir: resolve(one('data') ?? '.benchtime-agent'),
    roots: ((values.root as string[] | undefined) ?? []).map((root) => resolve(root)),
    maxConcurrent: positive('max-concurrent', one('max-concurrent') ?? '4'),
    graceMs: positive('grace', one('grace') ?? '10') * 1000,
    pollEveryMs: positive('poll', one('poll') ?? '60') * 1000,
  }
}
