/** What is told of the queue: who is next, when, and why not yet. */
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { seeAgent } from '#application/agents/see-agent.ts'
import { prepareRun } from '#application/runs/prepare-run.ts'
import { requestRun } from '#application/runs/request-run.ts'
import type { AgentId, AssetId, ProtocolId, RunId } from '#domain/ids.ts'
import { inOrder, type Queue, queueSchema } from '#domain/runs/queue.ts'
import type { LiveRun } from '#domain/runs/run.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { send } from '../api/call.ts'
import { furnish, successOf, type Things } from '../api/furnished.ts'
import { type Laboratory, workspaceId } from '../api/laboratory.ts'

let lab: Laboratory
let things: Things
beforeEach(async () => {
  ;({ lab, things } = await furnish())
  // The booking of the sample stands hours ahead, and its schedule is of no interest here.
  for (const run of (await lab.world.store.liveRuns(workspaceId, { limit: 10 })).items)
    await lab.world.store.commit([
      { type: 'remove', kind: 'run', key: { workspaceId, id: run.id }, expect: run.version },
    ])
})

const started = async (priority = 3): Promise<RunId> => {
  const settings = runSettingsSchema.parse({ priority, assetWait: { maxAttempts: 9, delaySeconds: 60 } })
  const { id } = await requestRun(
    {
      workspaceId,
      actor: { kind: 'person', subject: 'admin' },
      source: { kind: 'protocol', protocolId: things.protocolId as ProtocolId, settings },
      parameters: {},
    },
    lab.world,
  )
  await prepareRun({ kind: 'requested', workspaceId, runId: id }, `exec-${id}`, lab.world)
  return id
}
const queue = async (): Promise<Queue> => queueSchema.parse((await send(lab, successOf('getQueue', things))).body)
const watch = async (seen?: string): Promise<string> =>
  (await send(lab, { ...successOf('watchQueue', things), ...(seen && { headers: { 'last-event-id': seen } }) }))
    .text as string
const idOf = (events: string): string => /^id: (\S+)$/m.exec(events)?.[1] ?? ''

describe('the queue', () => {
  test('tells what has its assets first, then who waits: the urgent before the early, each after those ahead of it', async () => {
    const driving = await started()
    const early = await started()
    const urgent = await started(5)
    const { runs } = await queue()
    expect(runs.map(({ runId, state, position }) => [runId, state, position])).toEqual([
      [driving, 'queued', undefined],
      [urgent, 'waiting', 1],
      [early, 'waiting', 2],
    ])
    const [first, second, third] = runs
    expect(first?.assets).toEqual([things.assetId])
    expect(second?.waiting).toMatchObject({ reason: 'assets-busy', attempt: 1, of: 9 })
    const run = await lab.world.store.get('run', { workspaceId, id: driving })
    const lasts = 1000 * (run?.work.expectedDurationSeconds ?? 0)
    expect(msOf(second?.estimatedStart ?? '')).toBe(lab.clock.nowMs + lasts)
    expect(msOf(third?.estimatedStart ?? '')).toBe(lab.clock.nowMs + 2 * lasts)
  })

  test('gives no time for what waits for a person', async () => {
    const asset = await lab.world.store.get('asset', { workspaceId, id: things.assetId as AssetId })
    if (!asset) throw new Error('no asset')
    const value = { ...asset, status: 'maintenance', statusNote: 'New lamp', version: asset.version + 1 } as const
    await lab.world.store.commit([{ type: 'put', kind: 'asset', value, expect: asset.version }])
    await started()
    const [run] = (await queue()).runs
    expect(run).toMatchObject({
      position: 1,
      waiting: { reason: 'gate', gates: [{ gate: 'maintenance', assetId: things.assetId }] },
    })
    expect(run).not.toHaveProperty('estimatedStart')
  })

  test('tells of agents whether anybody hears them, and of their instruments', async () => {
    expect((await queue()).agents).toMatchObject([{ state: 'never-seen' }])
    await seeAgent(
      {
        workspaceId,
        agentId: things.agentId as AgentId,
        session: 'session-1',
        software: 'benchtime 1.2.3',
        instruments: [{ driver: 'simulator', state: 'idle', can: ['pause'] }],
      },
      lab.world,
    )
    expect((await queue()).agents).toMatchObject([
      { state: 'online', software: 'benchtime 1.2.3', instruments: [{ driver: 'simulator' }] },
    ])
    lab.clock.nowMs += minutes(6)
    expect((await queue()).agents).toMatchObject([{ state: 'offline' }])
  })

  test('tells of what is in recovery, and what is held for it', async () => {
    await send(lab, successOf('requireRecovery', things))
    expect((await queue()).recoveries).toEqual(
      expect.arrayContaining([expect.objectContaining({ cause: 'person', assetIds: [things.assetId] })]),
    )
  })
})

describe('a watcher', () => {
  test('is told the whole at first, nothing while nothing changes, and the whole again after a change', async () => {
    const first = await watch()
    expect(first).toMatch(/^retry: \d+\nevent: queue\nid: \S+\ndata: \{.*\}\n\n$/)
    const again = await watch(idOf(first))
    expect(again).toMatch(/^retry: \d+\n: nothing new\n\n$/)
    const run = await started()
    const news = await watch(idOf(first))
    const data = JSON.parse(/^data: (.*)$/m.exec(news)?.[1] ?? '') as Queue
    expect(data.runs.map(({ runId }) => runId)).toEqual([run])
  })

  test('is told nothing new by the mere passing of a second', async () => {
    await started()
    await started()
    const seen = idOf(await watch())
    lab.clock.nowMs += 1_000
    expect(await watch(seen)).toContain('nothing new')
  })
})

test('whatever waits: everybody is in the order once, and nobody starts before what is ahead on the same asset', async () => {
  const sample = (await lab.world.store.get('run', { workspaceId, id: await started() })) as LiveRun
  const nowMs = lab.clock.nowMs
  const someRun = fc.record({
    asset: fc.constantFrom('ast_a', 'ast_b'),
    priority: fc.integer({ min: 1, max: 5 }),
    due: fc.integer({ min: -100, max: 100 }),
    seconds: fc.integer({ min: 1, max: 10_000 }),
  })
  fc.assert(
    fc.property(fc.array(someRun, { maxLength: 12 }), (some) => {
      const runs = some.map(
        ({ asset, priority, due, seconds }, index) =>
          ({
            ...sample,
            id: `run_${index}`,
            status: 'pending',
            priority,
            dueAt: instantOf(nowMs + 60_000 * due),
            work: { ...sample.work, expectedDurationSeconds: seconds, requirements: [{ assetId: asset, units: 1 }] },
          }) as unknown as LiveRun,
      )
      const places = inOrder(runs, nowMs)
      expect(places.map(({ run }) => run.id).toSorted()).toEqual(runs.map(({ id }) => id).toSorted())
      for (const asset of ['ast_a', 'ast_b']) {
        const line = places.filter(({ run }) => JSON.stringify(run.work.requirements).includes(asset))
        expect(line.map(({ position }) => position)).toEqual(line.map((_, index) => index + 1))
        for (const [index, { estimatedStartMs = 0 }] of line.entries()) {
          expect(estimatedStartMs).toBeGreaterThan(nowMs)
          const ahead = line[index - 1]
          if (!ahead) continue
          const endsMs = (ahead.estimatedStartMs ?? 0) + 1000 * ahead.run.work.expectedDurationSeconds
          expect(estimatedStartMs).toBeGreaterThanOrEqual(endsMs)
        }
      }
    }),
  )
})
