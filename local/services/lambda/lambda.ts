/** Lambda: the very bundles that would be deployed, each in worker threads of its own with the template's environment. */
import { randomUUID } from 'node:crypto'
import type { InvokeResult, Meter } from '../../cloud-controls.ts'
import type { FunctionView } from '../../cloud-types.ts'
import type { FaultBook } from '../../endpoint/faults.ts'
import type { Json } from '../../json.ts'
import { region } from '../../template/names.ts'
import { type Sandbox, startSandbox } from './sandbox.ts'

export type Lambda = {
  invoke(view: FunctionView, event: Json): Promise<InvokeResult>
  /** Ends the function's process at once. */
  crash(logicalId: string): void
  stop(): Promise<void>
}

export type LambdaParts = {
  /** Known once the endpoint listens; read at the first invocation. */
  readonly endpointUrl: () => string
  /** Added over the template's environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly meter: Meter
  readonly faults: FaultBook
  readonly log: (source: string, line: string) => void
}

/** A new environment, not this process's: a function that needs a variable which the template does not give must fail here. */
const environmentOf = (view: FunctionView, parts: LambdaParts): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  LANG: 'en_US.UTF-8',
  ...view.environment,
  AWS_ENDPOINT_URL: parts.endpointUrl(),
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: view.logicalId,
  AWS_SECRET_ACCESS_KEY: 'local',
  // A person's own profile must not leak into the laptop cloud.
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: view.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(view.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${view.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  LAMBDA_TASK_ROOT: view.codeDir,
  _HANDLER: view.handler,
  ...parts.environment,
})

const died: InvokeResult = {
  ok: false,
  errorType: 'Runtime.ExitError',
  errorMessage: 'Error: Runtime exited with error: signal: killed (injected by a fault)',
  trace: [],
}

export const createLambda = (parts: LambdaParts): Lambda => {
  const sandboxes = new Map<string, Sandbox>()
  const all = new Set<Sandbox>()

  const sandboxOf = (view: FunctionView): Sandbox => {
    const known = sandboxes.get(view.logicalId)
    if (known && !known.ended) return known
    const made: Sandbox = startSandbox(view, environmentOf(view, parts), {
      onLine: (line) => parts.log(view.logicalId, line),
      onEnd: () => void all.delete(made),
    })
    all.add(made)
    sandboxes.set(view.logicalId, made)
    return made
  }

  const run = async (view: FunctionView, event: Json): Promise<InvokeResult> => {
    const effect = parts.faults.strike({ caller: view.logicalId, service: 'lambda', operation: 'Invoke' })
    if (effect?.kind === 'throttle')
      return {
        ok: false,
        errorType: 'Lambda.TooManyRequestsException',
        errorMessage: 'Rate exceeded (injected by a fault).',
        trace: [],
      }
    if (effect?.kind === 'fail') return died
    if (effect?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, effect.ms))
    const result = await sandboxOf(view).invoke(event, randomUUID(), view.timeoutSeconds * 1000)
    // Its work is done; the next invocation finds a new process. Others that are under way are left alone.
    if (effect?.kind === 'crash-after-commit') sandboxes.get(view.logicalId)?.retire()
    return effect?.kind === 'crash-after-commit' || effect?.kind === 'fail-after-commit' ? died : result
  }

  return {
    invoke: async (view, event) => {
      const began = performance.now()
      const result = await run(view, event)
      const billedMs = Math.max(1, Math.ceil(performance.now() - began))
      parts.meter.countCall('lambda', 'Invoke')
      parts.meter.count('lambdaInvocations')
      parts.meter.count('lambdaGbSeconds', (billedMs / 1000) * (view.memoryMb / 1024))
      if (!result.ok) parts.log(view.logicalId, `failed: ${result.errorType}: ${result.errorMessage}`)
      return result
    },
    crash: (logicalId) => void sandboxes.get(logicalId)?.kill(),
    stop: async () => {
      await Promise.all([...all].map((sandbox) => sandbox.kill()))
    },
  }
}
