import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { BatchId, OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { namedBatchChanges } from '../batches/create-batch.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { applied } from '../common/patch.ts'
import { type Change, maxChangesPerCommit, type World } from '../world.ts'
import { newOrder } from './create-order.ts'
import type { Step } from './import-steps.ts'
import { bindsAnew, type ReadChains } from './read-chains.ts'

/** Room is left for the record of the request. */
const mostChanges = maxChangesPerCommit - 1

type Import = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  /** Orders that are placed or changed. */
  readonly steps: readonly Step[]
  readonly chains: ReadChains
  readonly newBatches: ReadonlyMap<BatchId, string>
}
type StoreWorld = Pick<World, 'store' | 'clock' | 'ids'>

const orderChanges = (
  { row, patch, id, there }: Step,
  { workspaceId, actor }: Import,
  world: StoreWorld,
): readonly Change[] => {
  if (!there) return newOrder({ workspaceId, id, actor, order: row, source: 'import' }, world).changes
  const after: Order = { ...applied<Order>(there, patch), ...touched(actor, world), version: there.version + 1 }
  const entry = { workspaceId, subject: id, action: 'order.changed', actor, before: there, after, tellsBefore: true }
  return [{ type: 'put', kind: 'order', value: after, expect: there.version }, auditOf(world, entry)]
}

/** Orders that go into one transaction, and what it rests on. */
const emptyPiece = () => ({ ids: new Set<OrderId>(), checked: new Set<OrderId>(), changes: [] as Change[] })

/**
 * Stores what an import does: in one transaction where that has room, else in several. Whatever an order follows is stored before
 * it or with it, so that at no moment it follows nothing, or itself by others; a batch is made with the first of its orders.
 * Nothing is changed that is not as it was when it was looked at.
 * @throws Refusal `contended` where something is not; what is stored by then stays, and is passed over the next time
 */
export const storeImport = async (input: Import, world: StoreWorld): Promise<void> => {
  const { workspaceId, actor, steps, chains, newBatches } = input
  const unmade = new Map(newBatches)
  const versions = new Map([...chains.stored].map(([id, { version }]) => [id, version]))
  let piece = emptyPiece()
  let stored = 0

  const flush = async (): Promise<void> => {
    if (piece.changes.length === 0) return
    if (!(await world.store.commit(piece.changes)).committed)
      throw new Refusal(
        'contended',
        `Somebody placed or changed some of these orders at the same time. ${stored} of ${steps.length} are stored; import the file again, nothing is placed twice.`,
      )
    stored += piece.ids.size
    piece = emptyPiece()
  }

  /** What it is to follow must be as it was when it was looked at, or as this import has left it. */
  const unchecked = ({ id, row: { follows }, there }: Step): OrderId[] =>
    there && bindsAnew({ id, follows, before: there })
      ? chains.above(id).filter((other) => !piece.ids.has(other) && !piece.checked.has(other))
      : []

  const batchChanges = (id: BatchId | undefined): readonly Change[] => {
    const name = id && unmade.get(id)
    if (id === undefined || name === undefined) return []
    unmade.delete(id)
    return namedBatchChanges({ workspaceId, id, name, actor }, world)
  }

  const downwards = steps
    .map((step) => ({ step, depth: chains.above(step.id).length }))
    .toSorted((a, b) => a.depth - b.depth)
  for (const { step } of downwards) {
    const own = [...batchChanges(step.row.batchId), ...orderChanges(step, input, world)]
    if (piece.changes.length + own.length + unchecked(step).length > mostChanges) await flush()
    for (const id of unchecked(step)) {
      piece.checked.add(id)
      const expect = versions.get(id)
      if (expect !== undefined) piece.changes.push({ type: 'check', kind: 'order', key: { workspaceId, id }, expect })
    }
    piece.ids.add(step.id)
    piece.changes.push(...own)
    versions.set(step.id, (step.there?.version ?? 0) + 1)
  }
  await flush()
}
