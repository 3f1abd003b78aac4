/** What is noticed of agents, and contained. */
import { describe, expect, test } from 'vitest'
import { seeAgent } from '#application/agents/see-agent.ts'
import { watchAgents } from '#application/agents/watch-agents.ts'
import { takeReport } from '#application/runs/take-report.ts'
import { send } from '../api/call.ts'
import { successOf } from '../api/furnished.ts'
import { workspaceId } from '../api/laboratory.ts'

import { agentId, drive, lab, runOf, sees, start, things } from './bench.ts'

describe('agents', () => {
  test('that nobody hears of are told once, and again when they are back', async () => {
    await sees({})
    lab.clock.nowMs += 4 * 60_000
    expect(await watchAgents(workspaceId, lab.world)).toBe(0)
    lab.clock.nowMs += 2 * 60_000
    expect(await watchAgents(workspaceId, lab.world)).toBe(1)
    expect(await watchAgents(workspaceId, lab.world)).toBe(0)
    await sees({})
    const actions = (await lab.world.store.history(workspaceId, agentId, { limit: 50 })).items.map(
      ({ action }) => action,
    )
    expect(actions.filter((action) => /line$/.test(action))).toEqual(['agent.offline', 'agent.online'])
  })

  test('two processes under one name raise attention', async () => {
    const poll = (session: string) => seeAgent({ workspaceId, agentId, session, software: 'test' }, lab.world)
    for (const session of ['session-1', 'session-2', 'session-1']) {
      await poll(session)
      lab.clock.nowMs += 10_000
    }
    const { body } = await send(lab, successOf('getAgent', things))
    expect(body.rivals).toMatchObject({ session: 'session-1' })
  })

  test('whose clock is wrong by an hour are told as such', async () => {
    const wallClock = new Date(lab.clock.nowMs + 3_600_000).toISOString()
    await seeAgent({ workspaceId, agentId, session: 'session-1', software: 'test', wallClock }, lab.world)
    expect((await send(lab, successOf('getAgent', things))).body.clockAheadSeconds).toBe(3_600)
  })

  test('report a command that is unknown, foreign or over: contained, and told not to say it again', async () => {
    const report = (commandId: `cmd_${string}`, as = agentId) =>
      takeReport(
        { workspaceId, agentId: as, commandId, report: { type: 'ended', result: { outcome: 'succeeded' } } },
        lab.world,
      )
    expect(await report('cmd_unknown')).toMatchObject({ accepted: false })
    const id = await start()
    const run = await drive(id, { outcome: 'succeeded' })
    if (!('drive' in run) || !run.drive) throw new Error(run.status)
    expect(await report(run.drive.commandId)).toMatchObject({ accepted: false })
    expect(await report(run.drive.commandId, 'agt_other')).toMatchObject({ accepted: false })
    expect((await runOf(id)).version).toBe(run.version)
  })
})
