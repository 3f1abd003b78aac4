import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import type { Planners } from '#application/world.ts'
import type { PlanningInput } from '#contracts/workflow/messages.ts'
import { Refusal } from '#domain/errors.ts'

/** Executions of the state machine of planning runs, named by their runs. */
export const createPlanners = (client: () => SFNClient, stateMachineArn: string): Planners => ({
  start: async (workspaceId, planningRunId) => {
    const input: PlanningInput = { kind: 'requested', workspaceId, planningRunId }
    try {
      await client().send(
        new StartExecutionCommand({ stateMachineArn, name: planningRunId, input: JSON.stringify(input) }),
      )
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return
      const { name, message } = error as Error
      if (name === 'AccessDeniedException') throw error
      throw new Refusal('unavailable', `Step Functions did not answer (${name}: ${message}).`)
    }
  },
})
