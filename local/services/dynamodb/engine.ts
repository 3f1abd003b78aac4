/**
 * The DynamoDB engine: a dynoxide process of our own over one file in the data directory, or any other endpoint that
 * BENCHTIME_DYNAMODB_ENDPOINT names (one that does not verify signatures, such as DynamoDB Local).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { tendStreamRecords } from './stream-records.ts'

export type Engine = { readonly url: string; stop(): Promise<void> }

/** The engine cannot be run here, or did not come up. The message says what to do. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable'
}

const endpointVariable = 'BENCHTIME_DYNAMODB_ENDPOINT'

const binary = (): string => {
  const name = `@dynoxide/${process.platform}-${process.arch}`
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    return join(folder, process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide')
  } catch {
    throw new EngineUnavailable(
      `The DynamoDB engine ${name} is not installed. Install it with \`npm install --no-save ${name}\`; where there is none for this machine, run another DynamoDB (such as DynamoDB Local) and set ${endpointVariable}=http://host:port.`,
    )
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Whether the process is an engine over this file: a pid may have been given to another process since. */
const isEngineOf = (pid: number, file: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(file)
  } catch {
    return !existsSync('/proc/self')
  }
}

/** Ends an engine that outlived a killed laptop cloud, so that only one process writes the file. */
const endPredecessor = async (pidFile: string, file: string): Promise<void> => {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0
  if (!(pid > 0) || !isAlive(pid) || !isEngineOf(pid, file)) return
  try {
    process.kill(pid, 'SIGTERM')
    for (let waited = 0; isAlive(pid) && waited < 3_000; waited += 20) await wait(20)
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    while (isAlive(pid)) await wait(20)
  } catch {
    // It ended between the question and the signal.
  }
}

/**
 * Runs the engine under a shell that ends it when its own standard input closes: the operating system closes it when
 * this process dies, even by SIGKILL, so no engine is left behind.
 */
const guarded = `exec 3<&0
"$@" </dev/null & engine=$!
echo $engine > "$PID_FILE"
(cat <&3 >/dev/null; kill $engine 2>/dev/null) & guard=$!
wait $engine; status=$?
kill $guard 2>/dev/null
exit $status`

const start = (port: number, file: string, pidFile: string, log: (line: string) => void): ChildProcess => {
  const command = [binary(), 'serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file]
  const windows = process.platform === 'win32'
  const child = windows
    ? spawn(command[0] ?? '', command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
    : spawn('/bin/sh', ['-c', guarded, 'engine', ...command], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, PID_FILE: pidFile },
      })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => log(chunk.toString().trimEnd()))
  return child
}

const answers = async (url: string): Promise<boolean> => {
  try {
    await fetch(url, { method: 'POST', body: '{}', signal: AbortSignal.timeout(1_000) })
    return true
  } catch {
    return false
  }
}

const untilReady = async (url: string, ended: () => boolean): Promise<void> => {
  for (let waited = 0; waited < 10_000; waited += 25) {
    if (await answers(url)) return
    if (ended()) break
    await wait(25)
  }
  throw new EngineUnavailable(`The DynamoDB engine did not answer at ${url}; its output is in the log file.`)
}

/** Starts (or finds) the engine. Its data lies in `<dataDir>/dynamodb.sqlite`. It is started again should it die. */
export const startEngine = async (dataDir: string, log: (line: string) => void): Promise<Engine> => {
  const elsewhere = process.env[endpointVariable]
  if (elsewhere) {
    const url = elsewhere.replace(/\/$/, '')
    if (!(await answers(url))) throw new EngineUnavailable(`Nothing answers at ${url} (${endpointVariable}).`)
    return { url, stop: async () => {} }
  }
  const file = join(dataDir, 'dynamodb.sqlite')
  const pidFile = join(dataDir, 'dynamodb.pid')
  await endPredecessor(pidFile, file)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let stopping = false
  let child: ChildProcess
  let exited: Promise<void>
  const run = (): void => {
    child = start(port, file, pidFile, log)
    exited = new Promise((resolve) => {
      child.once('exit', (code) => {
        resolve()
        if (stopping) return
        log(`The engine ended with code ${code}; starting it again.`)
        setTimeout(() => stopping || run(), 100)
      })
    })
  }
  run()
  await untilReady(url, () => child.exitCode !== null).catch((error: unknown) => {
    stopping = true
    child.kill()
    throw error
  })
  tendStreamRecords(file, Date.now(), log)
  return {
    url,
    stop: async () => {
      stopping = true
      child.stdin?.end()
      if (process.platform === 'win32') child.kill()
      await exited
      rmSync(pidFile, { force: true })
    },
  }
}
