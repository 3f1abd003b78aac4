import type { Actor } from '#domain/audit/entry.ts'
import type { PlanningRun } from '#domain/planning-runs/planning-run.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import type { Change, World } from '../world.ts'

type Sum = PlanningRun extends infer R
  ? R extends PlanningRun
    ? Omit<R, 'version' | 'updatedAt' | 'updatedBy'>
    : never
  : never

/** What every state of a run has. */
export const commonOf = ({ workspaceId, id, trigger, ask, createdAt, createdBy }: PlanningRun) => ({
  workspaceId,
  id,
  trigger,
  ask,
  createdAt,
  createdBy,
})

/** A run in its next state, with its history entry. */
export const runChange = (
  before: PlanningRun,
  next: Sum,
  action: string,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): { readonly changes: Change[]; readonly result: PlanningRun } => {
  const after = { ...next, ...touched(actor, world), version: before.version + 1 } as PlanningRun
  return {
    changes: [
      { type: 'put', kind: 'planningRun', value: after, expect: before.version },
      auditOf(world, { workspaceId: after.workspaceId, subject: after.id, action, actor, before, after }),
    ],
    result: after,
  }
}

/** What is kept of a run when it ends. */
export const endOf = (run: PlanningRun, endedAt: string) => ({
  ...commonOf(run),
  endedAt,
  ...('startedAt' in run && run.startedAt !== undefined && { startedAt: run.startedAt }),
  ...('attempt' in run && run.attempt !== undefined && { attempt: run.attempt }),
  ...('stop' in run && run.stop && { stop: run.stop }),
})
