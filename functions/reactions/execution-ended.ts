import { createCore } from '#adapters/aws-world.ts'
import { settleExecution } from '#application/runs/settle-execution.ts'
import { executionEndedEventSchema, executionInputSchema } from '#contracts/workflow/messages.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { log } from '../runtime/log.ts'
import { openWorkflows } from '../runtime/ports/workflows.ts'

const env = readEnvironment('execution-ended')
const world = { ...createCore(env.TABLE_NAME), workflows: openWorkflows(env) }

/**
 * An execution failed, timed out or was stopped: whatever it left open is settled. Runs late, twice or beside the sweeper
 * without harm.
 */
export const handler = eventFunction(
  'execution-ended',
  executionEndedEventSchema,
  async ({ detail }): Promise<void> => {
    const input = executionInputSchema.safeParse(JSON.parse(detail.input ?? 'null'))
    if (!input.success)
      return log.error('An execution ended whose input cannot be read; the sweeper will find its run.', {
        execution: detail.executionArn,
      })
    const { settled, runId } = await settleExecution(
      input.data,
      detail.executionArn,
      `The execution ended: ${detail.status}.`,
      world,
    )
    log.info(settled ? 'Settled a run whose execution had ended.' : 'Nothing was left open.', {
      runId,
      status: detail.status,
    })
  },
)
