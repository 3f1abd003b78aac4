import type { Actor } from '#domain/audit/entry.ts'
import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import type { Batch } from '#domain/orders/batch.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import type { Change, World } from '../world.ts'

type Of = { readonly workspaceId: WorkspaceId; readonly id: BatchId | undefined; readonly actor: Actor }

const changes = async (
  { workspaceId, id, actor }: Of,
  action: string,
  next: (batch: Batch) => Batch,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<readonly Change[]> => {
  const before = id && (await world.store.get('batch', { workspaceId, id }))
  if (!before || before.status === 'cancelled') return []
  const after = { ...next(before), ...touched(actor, world), version: before.version + 1 }
  return [
    { type: 'put', kind: 'batch', value: after, expect: before.version },
    auditOf(world, { workspaceId, subject: before.id, action, actor, before, after }),
  ]
}

/** What a plan that is made for a batch changes of it; nothing where it was cancelled meanwhile. */
export const plannedBatch = (
  of: Of,
  result: NonNullable<Batch['result']>,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<readonly Change[]> =>
  changes(
    of,
    'batch.planned',
    (batch) => ({ ...batch, status: batch.status === 'committed' ? 'committed' : 'planned', result }),
    world,
  )

/** What the commit of a plan of a batch changes of it. */
export const committedBatch = (of: Of, world: Pick<World, 'store' | 'clock' | 'ids'>): Promise<readonly Change[]> =>
  changes(of, 'batch.committed', (batch) => ({ ...batch, status: 'committed' }), world)
