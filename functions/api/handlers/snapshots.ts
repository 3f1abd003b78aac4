import { rollBack } from '#application/plans/roll-back.ts'
import { snapshotDifferences, toldDifferences as told } from '#application/plans/snapshot-differences.ts'
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
    return { snapshot: differences.snapshot, slots: [...differences.slots], differences: told(differences) }
  },
  restoreSnapshot: async ({ params, body, caller: { actor } }, world) => {
    const { differences, plan } = await rollBack({ ...params, ...body, actor }, world, inTime())
    return { ...(differences && { differences: told(differences) }), ...(plan && { plan }) }
  },
}
