/**
 * One worker thread with one function's bundle. It may run several invocations at once. It ends when it crashes, when it
 * is told to (crash, stop), or, once retired, when its last invocation is over.
 */
import { Worker } from 'node:worker_threads'
import type { InvokeResult } from '../../cloud-controls.ts'
import type { FunctionView } from '../../cloud-types.ts'
import type { Json } from '../../json.ts'
import type { FromWorker, Setup, ToWorker } from './messages.ts'

export type Sandbox = {
  invoke(event: Json, requestId: string, timeoutMs: number): Promise<InvokeResult>
  /** Ends the thread at once, as when the process dies; every invocation under way fails. */
  kill(): Promise<void>
  /** Takes no more invocations; ends after the last one. */
  retire(): void
  readonly ended: boolean
}

export type SandboxEvents = { readonly onLine: (line: string) => void; readonly onEnd: () => void }

const failed = (errorType: string, errorMessage: string, trace: readonly string[] = []): InvokeResult => ({
  ok: false,
  errorType,
  errorMessage,
  trace,
})

const byLine = (onLine: (line: string) => void) => {
  let rest = ''
  return (chunk: Buffer | string): void => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') onLine(line)
  }
}

export const startSandbox = (
  view: FunctionView,
  environment: Readonly<Record<string, string>>,
  { onLine, onEnd }: SandboxEvents,
): Sandbox => {
  const setup: Setup = {
    codeDir: view.codeDir,
    handler: view.handler,
    functionName: view.name,
    functionArn: view.arn,
    memoryMb: view.memoryMb,
  }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: setup,
    env: environment,
    stdout: true,
    stderr: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const pending = new Map<number, (result: InvokeResult) => void>()
  let nextId = 1
  let ended = false
  let retired = false

  const endWith = (result: InvokeResult): void => {
    if (ended) return
    ended = true
    for (const settle of pending.values()) settle(result)
    pending.clear()
    onEnd()
  }
  const endWhenIdle = (): void => {
    if (retired && pending.size === 0 && !ended) void worker.terminate()
  }

  worker.stdout.on('data', byLine(onLine))
  worker.stderr.on('data', byLine(onLine))
  worker.on('message', (message: FromWorker) => {
    const settle = pending.get(message.id)
    pending.delete(message.id)
    if (settle)
      settle(
        'payload' in message
          ? { ok: true, payload: JSON.parse(message.payload) as Json }
          : failed(message.error.errorType, message.error.errorMessage, message.error.trace),
      )
    endWhenIdle()
  })
  worker.on('error', (error) => {
    onLine(`The function's process crashed: ${error instanceof Error ? error.stack : String(error)}`)
    endWith(failed('Runtime.UnhandledPromiseRejection', String(error)))
  })
  worker.on('exit', (code) =>
    endWith(failed('Runtime.ExitError', `Error: Runtime exited with error: exit status ${code}`)),
  )
  worker.unref()

  const retire = (): void => {
    retired = true
    endWhenIdle()
  }

  return {
    get ended() {
      return ended || retired
    },
    retire,
    kill: async () => {
      endWith(failed('Runtime.ExitError', 'Error: Runtime exited with error: signal: killed'))
      await worker.terminate()
    },
    invoke: (event, requestId, timeoutMs) =>
      new Promise((resolve) => {
        const id = nextId++
        // A sandbox that ran into its time limit is not used again: what it still does may be stuck.
        const timer = setTimeout(() => {
          pending.delete(id)
          resolve(
            failed(
              'Sandbox.Timedout',
              `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
            ),
          )
          retire()
        }, timeoutMs)
        pending.set(id, (result) => {
          clearTimeout(timer)
          resolve(result)
        })
        const message: ToWorker = { id, event, requestId, deadlineMs: Date.now() + timeoutMs }
        worker.postMessage(message)
      }),
  }
}
