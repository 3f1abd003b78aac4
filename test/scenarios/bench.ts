import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '#contracts/http/client.ts'
import type { AnswerOf } from '#contracts/http/routes.ts'
import { type AgentProcess, startAgentProcess } from '#local/processes/agent-process.ts'

type Reservation = AnswerOf<'listReservations'>['items'][number]
export type Run = AnswerOf<'getRun'>
export type EndedRun = Extract<Run, { status: 'ended' }>

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Looks until it is so. Real processes are at work, so the wait is bounded and says what never happened. */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 30_000,
): Promise<T> => {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${withinMs / 1000} s`)
    await pause(40)
  }
}

/** A directory for one test file. */
export const temporaryDirectory = (): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'benchtime-scenario-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) }
}

/** What of the running laptop a bench needs: in this process or in another. */
export type Ways = {
  readonly api: Client
  readonly mqttUrl: () => string
  passwordFor(thing: string): string
}

/** A workspace of its own with one agent and instruments whose every movement leaves a line. */
export type Bench = {
  readonly api: Client
  readonly params: { readonly workspaceId: string }
  readonly agent: {
    readonly thing: string
    start(): void
    /** SIGKILL: the process is gone at once; programs that it started go on. */
    kill(): Promise<void>
    /** What the agent has written to its journal so far. */
    journal(): string
  }
  /** A protocol that holds the asset until `release`. */
  protocol(name: string, assetId: string, more?: object): Promise<string>
  asset(name: string): Promise<string>
  /** Times that an instrument was driven under this name, as the instrument tells. */
  drives(name: string): readonly { readonly commandId: string; readonly group: number }[]
  release(name: string): void
  run(runId: string): Promise<Run>
  ended(runId: string, withinMs?: number): Promise<EndedRun>
  inStatus(runId: string, status: Run['status']): Promise<Run>
  actions(runId: string): Promise<readonly string[]>
  reservationsOf(runId: string): Promise<readonly Reservation['status'][]>
  /** A person looked at the instrument and ends its quarantine. */
  releaseQuarantine(runId: string): Promise<void>
  stop(): Promise<void>
}

let benches = 0

export const openBench = async (ways: Ways, directory: string): Promise<Bench> => {
  const { api } = ways
  const workspaceId = `ws_bench${++benches}`
  const params = { workspaceId }
  const home = join(directory, workspaceId)
  mkdirSync(home, { recursive: true })
  await api.call('createWorkspace', { body: { id: workspaceId, name: 'Bench' } as never })
  const { body: enrolled } = await api.call('enrolAgent', { params, body: { name: 'Beside the bench' } })
  const thing = enrolled.thingName
  let process_: AgentProcess | undefined
  const dataDir = join(home, 'agent')
  const run = async (runId: string): Promise<Run> =>
    (await api.call('getRun', { params: { ...params, runId } as never })).body as Run
  const reservations = async (runId: string) =>
    (await api.call('listReservations', { params, query: { limit: 100 } })).body.items.filter(
      ({ source }) => source.kind === 'run' && source.runId === runId,
    )
  const drives = (name?: string) =>
    (existsSync(join(home, 'drives.log')) ? readFileSync(join(home, 'drives.log'), 'utf8') : '')
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([own]) => own !== '' && (name === undefined || own === name))
      .map(([, commandId = '', group = '0']) => ({ commandId, group: Number(group) }))
  return {
    api,
    params,
    agent: {
      thing,
      start: () => {
        process_ = startAgentProcess({
          thing,
          mqttUrl: ways.mqttUrl(),
          password: ways.passwordFor(thing),
          dataDir,
          roots: [join(import.meta.dirname, 'programs')],
          more: ['--poll', '1'],
        })
      },
      kill: async () => {
        await process_?.stop('SIGKILL')
        process_ = undefined
      },
      journal: () => {
        const path = join(dataDir, 'journal.jsonl')
        return existsSync(path) ? readFileSync(path, 'utf8') : ''
      },
    },
    asset: async (name) => {
      const body = { name, kind: 'machine', agentId: enrolled.id } as never
      return (await api.call('createAsset', { params, body })).body.id
    },
    protocol: async (name, assetId, more = {}) => {
      const body = {
        name,
        driver: 'process',
        path: 'hold.mjs',
        payload: { runtime: 'node', args: [home, name] },
        requirements: [{ assetId }],
        expectedDurationSeconds: 60,
        heartbeatSeconds: 1,
        ...more,
      } as never
      return (await api.call('createProtocol', { params, body })).body.id
    },
    drives,
    release: (name) => writeFileSync(join(home, `${name}.release`), ''),
    run,
    ended: (runId, withinMs) =>
      until(
        `the end of ${runId}`,
        async () => {
          const found = await run(runId)
          return found.status === 'ended' ? found : undefined
        },
        withinMs,
      ),
    inStatus: (runId, status) =>
      until(`${runId} is ${status}`, async () => {
        const found = await run(runId)
        if (found.status === 'ended' && status !== 'ended')
          throw new Error(`${runId} has ended (${found.outcome}: ${found.end.message}) and was to be ${status}`)
        return found.status === status ? found : undefined
      }),
    actions: async (runId) =>
      (
        await api.call('getRunHistory', { params: { ...params, runId }, query: { limit: 100 } } as never)
      ).body.items.map(({ action }: { action: string }) => action),
    reservationsOf: async (runId) => (await reservations(runId)).map(({ status }) => status),
    releaseQuarantine: async (runId) => {
      for (const { id } of await reservations(runId))
        await api.call('releaseReservation', {
          params: { ...params, reservationId: id },
          body: { note: 'Looked at it: it stands still and is empty.' },
        })
    },
    stop: async () => {
      await process_?.stop('SIGKILL')
      for (const { group } of drives())
        try {
          process.kill(-group, 'SIGKILL')
        } catch {
          // It has ended already.
        }
    },
  }
}
