/** What puts schedules and assets into recovery, beside an uncertain end. */
import { expect, test } from 'vitest'
import { answerPoll } from '#application/runs/answer-poll.ts'
import { send } from '../api/call.ts'
import { successOf } from '../api/furnished.ts'
import { workspaceId } from '../api/laboratory.ts'

import { agentId, assetId, change, drive, lab, prepare, settings, start, things } from './bench.ts'

test('so many failures in a row put the schedule and its assets into recovery, where that is asked for', async () => {
  await change('protocol', {})
  const recovery = { afterFailures: 2, assets: true }
  const path = `/v1/workspaces/${workspaceId}/schedules/${things.scheduleId}`
  const patched = await send(lab, {
    method: 'PATCH',
    path,
    as: 'admin',
    body: { settings: settings({ recovery }) },
    headers: { 'if-match': '*' },
  })
  expect(patched.status).toBe(200)
  for (const count of [1, 2]) {
    lab.clock.nowMs += 60_000
    const { body } = await send(lab, { ...successOf('triggerSchedule', things), body: {} })
    expect(await drive(body.id, { outcome: 'failed', exitCode: count })).toMatchObject({ outcome: 'failed' })
  }
  expect(await lab.world.store.get('asset', { workspaceId, id: assetId })).toMatchObject({ status: 'recovery' })
  const open = (await lab.world.store.openRecoveries(workspaceId, { limit: 10 })).items.find(
    ({ cause }) => cause === 'failures',
  )
  expect(open).toMatchObject({ holds: { schedule: true, assets: [assetId] } })
  const cleared = await send(lab, successOf('clearRecovery', { ...things, recoveryId: open?.id ?? '' }))
  expect(cleared.status).toBe(200)
  expect(await lab.world.store.get('asset', { workspaceId, id: assetId })).toMatchObject({ status: 'available' })
  expect((await send(lab, successOf('getSchedule', things))).body.schedule.status).toBe('active')
})

test('after a restore of the table fences do not go backwards, and what was in use goes into recovery', async () => {
  const before = lab.world.store.copy()
  for (const count of [1, 2, 3]) {
    await drive(await start(), { outcome: 'succeeded', exitCode: count })
    lab.clock.nowMs += 60_000
  }
  const running = await start()
  await prepare(running)
  const [{ open } = { open: { fence: 0 } }] = await lab.world.store.ledger(workspaceId, [{ assetId, days: [] }])
  expect(open.fence).toBeGreaterThan(3)
  // The agent remembers what it has seen; the restored table does not.
  const world = { ...lab.world, store: before }
  await answerPoll(
    { workspaceId, agentId, session: 'session-9', want: 0, driving: [], fences: [{ assetId, fence: open.fence }] },
    world,
  )
  const [restored] = await before.ledger(workspaceId, [{ assetId, days: [] }])
  expect(restored?.open.fence).toBe(open.fence)
  const { body } = await send(lab, successOf('afterRestore', things))
  expect(body.assets).toEqual([assetId])
  expect(await lab.world.store.get('asset', { workspaceId, id: assetId })).toMatchObject({ status: 'recovery' })
})
