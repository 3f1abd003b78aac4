import type { Actor } from '#domain/audit/entry.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import { type Batch, batchPolicySchema } from '#domain/orders/batch.ts'
import { auditOf } from '../common/audit.ts'
import { createDocument, made } from '../common/change-document.ts'
import type { Change, World } from '../world.ts'

/** The batch that a file makes by its name: the same however often that is. */
export const batchIdOfName = (name: string): BatchId => `bat_${fingerprint([name])}`

/** A batch of a file that there is none of yet, under the usual policy. */
export const namedBatchChanges = (
  { workspaceId, name, actor }: { readonly workspaceId: WorkspaceId; readonly name: string; readonly actor: Actor },
  world: Pick<World, 'clock' | 'ids'>,
): readonly Change[] => {
  const policy = batchPolicySchema.parse({})
  const value: Batch = { workspaceId, id: batchIdOfName(name), name, status: 'draft', policy, ...made(actor, world) }
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
