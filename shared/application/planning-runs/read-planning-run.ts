import { notFound } from '#domain/errors.ts'
import type { PlanningRunId, WorkspaceId } from '#domain/ids.ts'
import type { PlanningProgress, PlanningRun } from '#domain/planning-runs/planning-run.ts'
import type { World } from '../world.ts'

/** A planning run, and how far it is. @throws Refusal `not_found` */
export const progressOf = async (
  workspaceId: WorkspaceId,
  id: PlanningRunId,
  { store }: Pick<World, 'store'>,
): Promise<{
  readonly run: PlanningRun
  readonly progress?: Pick<PlanningProgress, 'iterations' | 'share' | 'planned' | 'at'>
}> => {
  const [run, told] = await Promise.all([
    store.get('planningRun', { workspaceId, id }),
    store.get('planningProgress', { workspaceId, id }),
  ])
  if (!run) throw notFound('planning run', id)
  if (!told) return { run }
  const { iterations, share, planned, at } = told
  return { run, progress: { iterations, share, planned, at } }
}
