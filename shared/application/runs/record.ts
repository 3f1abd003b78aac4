import type { Actor } from '#domain/audit/entry.ts'
import type { Run } from '#domain/runs/run.ts'
import { auditOf } from '../common/audit.ts'
import type { Change, World } from '../world.ts'

/** A run's new state and the entry that tells it. */
export const runChange = (
  world: Pick<World, 'clock' | 'ids'>,
  before: Run | undefined,
  after: Run,
  action: string,
  actor: Actor,
): Change[] => [
  { type: 'put', kind: 'run', value: after, expect: before?.version ?? 'absent' },
  auditOf(world, { workspaceId: after.workspaceId, subject: after.id, action, actor, before, after }),
]
