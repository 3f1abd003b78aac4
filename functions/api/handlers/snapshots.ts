import { placesInstead } from '#application/plans/places-instead.ts'
import { readSnapshotPart } from '#application/plans/read-snapshot.ts'
import { rollBack } from '#application/plans/roll-back.ts'
import { snapshotDifferences, toldDifferences } from '#application/plans/snapshot-differences.ts'
import { takeSnapshot } from '#application/plans/take-snapshot.ts'
import type { snapshotRoutes } from '#contracts/http/routes/snapshots.ts'
import { page } from './reading.ts'
import type { SlotHandlersOf } from './request.ts'
import { inTime } from './within.ts'

/** Snapshots of the slots, and the way back to one. */
export const snapshotHandlers: SlotHandlersOf<typeof snapshotRoutes> = {
  takeSnapshot: ({ params, body, caller: { actor } }, world) => takeSnapshot({ ...params, ...body, actor }, world),
  listSnapshots: async ({ params: { workspaceId }, query }, { store }) =>
    page(await store.list('snapshot', workspaceId, { ...query, newestFirst: true }), ({ state }) => state === 'taken'),
  getSnapshot: async ({ params }, world) => {
    const differences = await snapshotDifferences({ ...params, force: false }, world)
    const places = await placesInstead(differences, world, inTime())
    return { snapshot: differences.snapshot, differences: toldDifferences(differences, places) }
  },
  getSnapshotSlots: async ({ params: { workspaceId, snapshotId }, query }, world) => {
    const { slots, parts } = await readSnapshotPart(workspaceId, snapshotId, query.part, world)
    return { slots: [...slots], parts }
  },
  restoreSnapshot: async ({ params, body, caller: { actor } }, world) => {
    const deadline = inTime()
    const { differences, plan } = await rollBack({ ...params, ...body, actor }, world, deadline)
    const places = differences && (await placesInstead(differences, world, deadline))
    return {
      ...(differences && { differences: toldDifferences(differences, places ?? new Map()) }),
      ...(plan && { plan }),
    }
  },
}
