import { expect, test } from 'vitest'
import type { Change } from '#application/world.ts'
import { auditOf, creation, documentOf } from '../documents.ts'
import { committing, newWorkspace, type Open } from './harness.ts'

export const isolationContract = (open: Open): void => {
  const commit = committing(open)

  test('two workspaces with the same ids never meet (I7)', async () => {
    const [mine, theirs] = [newWorkspace(), newWorkspace()]
    const kinds = ['asset', 'agent', 'protocol', 'schedule', 'arming', 'run', 'reservation', 'command'] as const
    const claim: Change = {
      type: 'claim',
      workspaceId: theirs,
      assetId: 'ast_a',
      item: 'OPEN',
      expect: 0,
      reservationId: 'res_a',
      claim: { startMs: 1, endMs: 2, units: 1 },
      fence: 1,
    }
    await commit(
      ...kinds.map((kind) => creation(kind as 'asset', documentOf(kind as 'asset', theirs, 'a'))),
      claim,
      auditOf(theirs, 'ast_a', 'a'),
    )
    for (const kind of kinds)
      expect(await open().get(kind as 'asset', documentOf(kind as 'asset', mine, 'a'))).toBeUndefined()
    const page = { limit: 10 }
    expect([
      (await open().list('run', mine, page)).items,
      (await open().liveRuns(mine, page)).items,
      (await open().livePlanningRuns(mine, page)).items,
      (await open().quarantined(mine, page)).items,
      (await open().unsettledArmings(mine, page)).items,
      (await open().runsOfSchedule(mine, 'sch_a', page)).items,
      (await open().history(mine, 'ast_a', page)).items,
      await open().liveRunsOfSchedule(mine, 'sch_a'),
      await open().mailbox(mine, 'agt_a'),
      (await open().ledger(mine, [{ assetId: 'ast_a', days: [] }])).map(({ open: item }) => item.version),
    ]).toEqual([[], [], [], [], [], [], [], [], [], [0]])
  })
}
