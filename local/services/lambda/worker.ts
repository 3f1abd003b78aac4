/**
 * Runs inside a worker thread: loads one function's bundle, then handles the invocations that the main thread posts.
 * Several may be under way at once, as on several sandboxes.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, Setup, ToWorker } from './messages.ts'

type Handler = (event: unknown, context: object) => unknown

const { codeDir, handler, functionName, functionArn, memoryMb } = workerData as Setup
const post = (message: FromWorker): void => parentPort?.postMessage(message)

const described = (error: unknown): { errorType: string; errorMessage: string; trace: string[] } =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] }

const load = async (): Promise<Handler> => {
  const dot = handler.lastIndexOf('.')
  const [file, exported] = [handler.slice(0, dot), handler.slice(dot + 1)]
  const path = ['.mjs', '.js', '.cjs']
    .map((extension) => join(codeDir, file + extension))
    .find((candidate) => existsSync(candidate))
  if (!path) throw new Error(`There is no ${file}.mjs, .js or .cjs in ${codeDir}.`)
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown> & {
    default?: Record<string, unknown>
  }
  const found = module[exported] ?? module.default?.[exported]
  if (typeof found !== 'function') throw new Error(`${path} exports no function "${exported}".`)
  return found as Handler
}

const contextOf = ({ requestId, deadlineMs }: ToWorker) => ({
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: functionArn,
  memoryLimitInMB: String(memoryMb),
  awsRequestId: requestId,
  logGroupName: `/aws/lambda/${functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
})

const loaded = load().then(
  (run) => ({ run }),
  (error: unknown) => ({ broken: { ...described(error), errorType: 'Runtime.ImportModuleError' } }),
)

parentPort?.on('message', async (message: ToWorker) => {
  const ready = await loaded
  if ('broken' in ready) {
    post({ id: message.id, error: ready.broken })
    return
  }
  try {
    // Lambda serialises what a handler returns; what JSON cannot hold is lost there, so it must be lost here.
    const result = JSON.stringify((await ready.run(message.event, contextOf(message))) ?? null)
    post({ id: message.id, payload: result ?? 'null' })
  } catch (error) {
    post({ id: message.id, error: described(error) })
  }
})
