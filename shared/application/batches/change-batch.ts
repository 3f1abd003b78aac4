import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import type { Batch } from '#domain/orders/batch.ts'
import { changeDocument, type Expected, touched } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'

type BatchFields = Pick<Batch, 'name' | 'policy'> & { readonly notes?: string | undefined }

/** Changes what a batch is called and how it is planned. @throws Refusal `not_found`, `stale_version`, `invalid_state` (cancelled) */
export const changeBatch = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: BatchId
    readonly actor: Actor
    readonly version: Expected
    readonly patch: Patch<BatchFields>
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Batch> => {
  const { patch, ...address } = input
  return changeDocument(
    'batch',
    {
      ...address,
      action: 'batch.changed',
      change: (current) => {
        const after = applied<Batch>(current, patch)
        if (after === current) return current
        if (current.status === 'cancelled')
          throw new Refusal('invalid_state', `Batch "${current.name}" is cancelled. Make a new one.`, { current })
        return { ...after, ...touched(input.actor, world) }
      },
    },
    world,
  )
}
