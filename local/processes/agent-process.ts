import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export type AgentProcess = { readonly child: ChildProcess; stop(signal?: NodeJS.Signals): Promise<void> }

type AgentOptions = Parameters<typeof startAgentProcess>[0]

/** Between the death of an agent and its next life. */
const restartAfterMs = 1_000

/** An agent that is started again whenever it ends by itself, as a service manager beside the bench would do. */
export const keepAgentProcess = (
  options: AgentOptions,
  onRestart: (why: string) => void,
): Pick<AgentProcess, 'stop'> => {
  let agent = startAgentProcess(options)
  let stopping = false
  const watch = (): void => {
    agent.child.once('exit', (code, signal) => {
      if (stopping) return
      onRestart(signal ?? `exit code ${code}`)
      setTimeout(() => {
        if (stopping) return
        agent = startAgentProcess(options)
        watch()
      }, restartAfterMs)
    })
  }
  watch()
  return {
    stop: (signal) => {
      stopping = true
      return agent.stop(signal)
    },
  }
}

/** Starts the agent as anybody would, as a process of its own; its log lies in its data directory. */
export const startAgentProcess = (of: {
  readonly thing: string
  readonly mqttUrl: string
  readonly password: string
  readonly dataDir: string
  readonly roots: readonly string[]
  readonly more?: readonly string[]
  /** The installed agent's program, where it is not that of this checkout. */
  readonly program?: string
}): AgentProcess => {
  mkdirSync(of.dataDir, { recursive: true, mode: 0o700 })
  const passwordFile = join(of.dataDir, 'password')
  writeFileSync(passwordFile, of.password, { mode: 0o600 })
  const args = [
    '--thing',
    of.thing,
    '--broker',
    of.mqttUrl,
    '--password-file',
    passwordFile,
    '--data',
    of.dataDir,
    ...of.roots.flatMap((path) => ['--root', path]),
    ...(of.more ?? []),
  ]
  // A group of its own: Ctrl-C reaches the parent alone, which ends its agent in order.
  const [command, ...before] = of.program ? [of.program] : [process.execPath, join(root, 'agent', 'main.ts')]
  const child = spawn(command, [...before, ...args], {
    cwd: root,
    // An installed agent says itself with which options Node.js runs it.
    env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  child.stderr?.pipe(createWriteStream(join(of.dataDir, 'agent.log'), { flags: 'a' }))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    child,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await ended
    },
  }
}
