import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import type { Callbacks, Workflows } from '#application/world.ts'
import type { ExecutionInput } from '#contracts/workflow/messages.ts'
import { Refusal } from '#domain/errors.ts'
import type { RunId } from '#domain/ids.ts'

const nameOf = (error: unknown): string => (error as { name?: string }).name ?? 'unknown'

const told = (error: unknown): unknown =>
  nameOf(error) === 'AccessDeniedException'
    ? error
    : new Refusal('unavailable', `Step Functions did not answer (${nameOf(error)}: ${(error as Error).message}).`)

const attempt = async <T>(call: () => Promise<unknown>, done: T, otherwise: Record<string, T>): Promise<T> => {
  try {
    await call()
    return done
  } catch (error) {
    const known = otherwise[nameOf(error)]
    if (known === undefined) throw told(error)
    return known
  }
}

export const createWorkflows = (client: () => SFNClient, stateMachineArn: string): Workflows => ({
  startRun: (name, workspaceId, runId) => {
    const input: ExecutionInput = { kind: 'requested', workspaceId, runId: runId as RunId }
    const start = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) })
    return attempt<void>(() => client().send(start), undefined, {}).catch((error: unknown) => {
      // An execution of this name ran before; whoever finds the run unfinished settles it.
      if (error instanceof Refusal && error.message.includes('ExecutionAlreadyExists')) return
      throw error
    })
  },
  stop: (executionArn, why) =>
    attempt<void>(() => client().send(new StopExecutionCommand({ executionArn, cause: why })), undefined, {}).catch(
      (error: unknown) => {
        if (error instanceof Refusal && error.message.includes('ExecutionDoesNotExist')) return
        throw error
      },
    ),
  state: async (executionArn) => {
    try {
      const { status } = await client().send(new DescribeExecutionCommand({ executionArn }))
      return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'ended'
    } catch (error) {
      if (nameOf(error) === 'ExecutionDoesNotExist') return 'ended'
      throw told(error)
    }
  },
})

const gone = { TaskTimedOut: 'gone', InvalidToken: 'gone', TaskDoesNotExist: 'gone' } as const

export const createCallbacks = (client: () => SFNClient): Callbacks => ({
  succeed: (taskToken) =>
    attempt<'told' | 'gone'>(
      () => client().send(new SendTaskSuccessCommand({ taskToken, output: '{}' })),
      'told',
      gone,
    ),
  fail: (taskToken, error, cause) =>
    attempt<'told' | 'gone'>(
      () => client().send(new SendTaskFailureCommand({ taskToken, error, cause: cause.slice(0, 1_000) })),
      'told',
      gone,
    ),
  heartbeat: (taskToken) =>
    attempt<'told' | 'gone'>(() => client().send(new SendTaskHeartbeatCommand({ taskToken })), 'told', gone),
})
