import { createCore } from '#adapters/aws-world.ts'
import { conductPlanningRun } from '#application/planning-runs/conduct-planning-run.ts'
import { fireRoutine } from '#application/planning-runs/fire-routine.ts'
import { failPlanningRun } from '#application/planning-runs/sweep-planning-runs.ts'
import { planEventSchema } from '#contracts/workflow/messages.ts'
import { planningRunIdOf } from '#domain/ids.ts'
import { msOf } from '#domain/time.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { log } from '../runtime/log.ts'

const world = createCore(readEnvironment('plan').TABLE_NAME)

/** The one step of an execution that plans; with `error` all its tries have failed, and its run is ended. */
export const handler = eventFunction('plan', planEventSchema, async ({ input, error }): Promise<{ status: string }> => {
  const { workspaceId } = input
  if (error) {
    const id =
      input.kind === 'fired' ? planningRunIdOf(input.routineId, msOf(input.scheduledTime)) : input.planningRunId
    await failPlanningRun({ workspaceId, id }, error.Error ?? 'unknown', world)
    return { status: 'failed' }
  }
  const id = input.kind === 'fired' ? await fireRoutine(input, world) : input.planningRunId
  if (id === undefined) return { status: 'passed-over' }
  const run = await conductPlanningRun({ workspaceId, id }, world, () => performance.now())
  if (run) log.info('A planning run has ended.', { workspaceId, planningRunId: id, status: run.status })
  return { status: run?.status ?? 'over' }
})
