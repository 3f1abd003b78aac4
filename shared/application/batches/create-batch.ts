import type { Actor } from '#domain/audit/entry.ts'
import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import { type Batch, batchPolicySchema } from '#domain/orders/batch.ts'
import { auditOf } from '../common/audit.ts'
import { createDocument, made } from '../common/change-document.ts'
import type { Change, World } from '../world.ts'

type Named = {
  readonly workspaceId: WorkspaceId
  readonly id: BatchId
  readonly name: string
  readonly actor: Actor
}

/** A batch of a file that there is none of yet, under the usual policy. */
export const namedBatchChanges = (
  { workspaceId, id, name, actor }: Named,
  world: Pick<World, 'clock' | 'ids'>,
): readonly Change[] => {
  const policy = batchPolicySchema.parse({})
  const value: Batch = { workspaceId, id, name, status: 'draft', policy, ...made(actor, world) }
  return [
    { type: 'put', kind: 'batch', value, expect: 'absent' },
    auditOf(world, { workspaceId, subject: value.id, action: 'batch.created', actor, after: value }),
  ]
}

/** Makes a batch; orders are put into it where they are placed or changed. */
export const createBatch = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly batch: Pick<Batch, 'name' | 'policy'> & { readonly notes?: string | undefined }
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Batch> => {
  const { workspaceId, actor, batch } = input
  const { name, policy, notes } = batch
  const value: Batch = {
    workspaceId,
    id: `bat_${world.ids.unique()}`,
    name,
    status: 'draft',
    policy,
    ...(notes !== undefined && { notes }),
    ...made(actor, world),
  }
  return createDocument('batch', value, actor, world)
}
