import { createCore } from '#adapters/aws-world.ts'
import { queueCommand } from '#application/runs/queue-command.ts'
import { driveEventSchema, workflowErrors } from '#contracts/workflow/messages.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { openAgentLink } from '../runtime/ports/agent-link.ts'

const world = { ...createCore(readEnvironment('drive').TABLE_NAME), agentLink: openAgentLink() }

/** Tells the state machine that there is nothing to drive; its name is not retried. */
class DriveRefused extends Error {
  override readonly name = workflowErrors.driveRefused
}

/** Puts the command into the mailbox; the state then waits for the agent's report, by token. */
export const handler = eventFunction('drive', driveEventSchema, async (input): Promise<void> => {
  const queued = await queueCommand(input, world)
  if (!queued.queued) throw new DriveRefused(queued.why)
})
