import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Client, createClient } from '#contracts/http/client.ts'
import { openBrokerCredentials } from '#local/edge/iot/credentials.ts'
import { until, type Ways } from './bench.ts'

const root = join(import.meta.dirname, '..', '..')

export type LaptopProcess = {
  readonly child: ChildProcess
  readonly url: string
  readonly mqttUrl: string
  /** Everything that it has printed. */
  printed(): string
  signal(signal: NodeJS.Signals): Promise<number | null>
}

/** `npm start` as a person has it, in a process of its own. Resolves when it says that it is ready. */
export const startLaptop = async (dataDir: string, options: readonly string[]): Promise<LaptopProcess> => {
  const child = spawn(process.execPath, [join(root, 'local', 'start.ts'), '--data', dataDir, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8')
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ready = Promise.withResolvers<string>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed += `${line}\n`
    const url = /^ready (http\S+)$/.exec(line)?.[1]
    if (url) ready.resolve(url)
  })
  exited.then(() => ready.reject(new Error(`npm start ended before it was ready:\n${printed}`)))
  const url = await ready.promise
  const { mqttUrl } = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as { mqttUrl: string }
  return {
    child,
    url,
    mqttUrl,
    printed: () => printed,
    signal: async (signal) => {
      child.kill(signal)
      return exited
    },
  }
}

/** Runs one of the commands to its end. */
export const runCommand = (
  script: string,
  args: readonly string[],
): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8')
    })
    child.once('close', (code) => resolve({ code, out, err }))
  })

/** The ways into a laptop that may be killed and started again at the same address. */
export const waysInto = async (dataDir: string, laptop: LaptopProcess): Promise<Ways> => {
  const { out } = await runCommand('local/token.ts', ['--as', 'admin', '--data', dataDir])
  const api: Client = createClient({
    baseUrl: laptop.url,
    token: out.trim(),
    // While the laptop is down nobody answers; a person tries again too.
    fetch: (url, init) =>
      until('an answer', async () => {
        try {
          return await fetch(url, init)
        } catch {
          return undefined
        }
      }),
  })
  return { api, mqttUrl: () => laptop.mqttUrl, passwordFor: openBrokerCredentials(dataDir).passwordOf }
}
