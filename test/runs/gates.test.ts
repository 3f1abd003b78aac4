/** What keeps a run from starting, and what becomes of it: each gate is told, and opens again. */
import { describe, expect, test } from 'vitest'
import type { Run } from '#domain/runs/run.ts'
import { send } from '../api/call.ts'
import { successOf } from '../api/furnished.ts'
import { workspaceId } from '../api/laboratory.ts'

import { change, drive, lab, prepare, prepared, protocolId, runOf, sees, start, things, waits } from './bench.ts'

describe('a closed gate', () => {
  const gates: { name: string; gate: string; close: () => Promise<unknown>; open: () => Promise<unknown> }[] = [
    {
      name: 'a hold of the workspace',
      gate: 'workspace-hold',
      close: () =>
        change('workspace', {
          hold: { note: 'Fire drill', since: new Date(lab.clock.nowMs).toISOString(), by: 'sam' },
        }),
      open: () => change('workspace', { hold: undefined }),
    },
    {
      name: 'maintenance',
      gate: 'maintenance',
      close: () => change('asset', { status: 'maintenance', statusNote: 'New lamp' }),
      open: () => change('asset', { status: 'available' }),
    },
    {
      name: 'recovery',
      gate: 'recovery',
      close: () => change('asset', { status: 'recovery' }),
      open: () => change('asset', { status: 'available' }),
    },
    {
      name: 'an instrument that does something else',
      gate: 'instrument-busy',
      close: () => sees({ state: 'busy', message: 'HxRun.exe (process 4711)' }),
      open: () => sees({ state: 'idle' }),
    },
    {
      name: 'an instrument out of reach',
      gate: 'offline',
      close: () => sees({ state: 'offline' }),
      open: () => sees({ state: 'idle' }),
    },
    {
      name: 'an interlock that the driver answers',
      gate: 'interlock',
      close: async () => {
        await change('asset', { interlocks: [{ kind: 'driver', name: 'door' }] })
        await sees({ conditions: [{ name: 'door', ok: false, message: 'The door is open.' }] })
      },
      open: () => sees({ conditions: [{ name: 'door', ok: true }] }),
    },
    {
      name: 'an interlock that nobody answers',
      gate: 'interlock',
      close: () => change('asset', { interlocks: [{ kind: 'driver', name: 'door' }] }),
      open: () => sees({ conditions: [{ name: 'door', ok: true }] }),
    },
    {
      name: 'an interlock that an address answers',
      gate: 'interlock',
      close: async () => {
        await change('asset', { interlocks: [{ kind: 'webhook', name: 'argon', url: 'https://lab.org/argon' }] })
        lab.world.probe.ask = async () => ({ ok: false, message: 'The bottle is empty.' })
      },
      open: async () => {
        lab.world.probe.ask = async () => ({ ok: true, message: '' })
      },
    },
  ]

  test.for(gates)('$name: it waits, says so since when, and starts when it opens', async ({ gate, close, open }) => {
    const id = await start()
    await close()
    const run = await prepared(id)
    expect(run).toMatchObject({ status: 'waiting', waiting: { reason: 'gate', attempt: 1, of: 3 } })
    const { waiting } = run as Extract<Run, { status: 'waiting' }>
    expect(waiting.gates?.map((one) => one.gate)).toContain(gate)
    waits.minutes(1)
    await open()
    expect(await prepared(id)).toMatchObject({ status: 'queued' })
  })

  test.for(gates)('$name that stays closed ends it after the attempts of its settings', async ({ close }) => {
    const id = await start()
    for (let i = 0; i < 3; i++) {
      await close()
      await prepare(id)
      waits.minutes(1)
    }
    const run = await runOf(id)
    expect(run).toMatchObject({ status: 'ended', outcome: 'failed' })
    expect(['gate-closed', 'asset-unavailable']).toContain((run as Extract<Run, { status: 'ended' }>).end.reason)
  })

  test('all that are closed are told, not the first alone', async () => {
    await change('asset', {
      interlocks: [
        { kind: 'driver', name: 'door' },
        { kind: 'driver', name: 'argon' },
      ],
    })
    await sees({ state: 'busy' })
    const { waiting } = (await prepared(await start())) as Extract<Run, { status: 'waiting' }>
    expect(waiting.gates).toHaveLength(3)
  })
})

test('maintenance of what is in use is refused, with who uses it', async () => {
  const id = await start()
  expect(await prepared(id)).toMatchObject({ status: 'queued' })
  const refused = await send(lab, successOf('changeAsset', things))
  expect(refused).toMatchObject({ status: 409, body: { code: 'invalid_state', reasons: [{ code: 'in-use' }] } })
})

describe('health', () => {
  const withCheck = () => change('asset', { healthCheck: { protocolId, everyRuns: 2, everyHours: 24 } })
  const checks = async () =>
    (await lab.world.store.liveRuns(workspaceId, { limit: 50 })).items.filter(
      ({ trigger }) => trigger.kind === 'health-check',
    )

  test('unknown: a check is opened once, and whoever waits starts after it; bad: nothing starts', async () => {
    await withCheck()
    const [first, second] = [await start(), await start()]
    for (const id of [first, second])
      expect(await prepared(id)).toMatchObject({ status: 'waiting', waiting: { gates: [{ gate: 'health' }] } })
    const [check, ...more] = await checks()
    expect([check?.id, more]).toEqual([check?.id, []])
    if (!check) return
    expect(await drive(check.id, { outcome: 'succeeded' })).toMatchObject({ outcome: 'succeeded' })
    waits.minutes(1)
    expect(await drive(first, { outcome: 'succeeded' })).toMatchObject({ outcome: 'succeeded' })
    expect(await drive(second, { outcome: 'succeeded' })).toMatchObject({ outcome: 'succeeded' })
    // Two runs since: the next check is due.
    const third = await start()
    expect(await prepared(third)).toMatchObject({ status: 'waiting' })
    const [again] = await checks()
    if (!again) throw new Error('no second check')
    await drive(again.id, { outcome: 'failed', message: 'Out of range.' })
    waits.minutes(1)
    const { waiting } = (await prepared(third)) as Extract<Run, { status: 'waiting' }>
    expect(waiting.message).toContain('Out of range.')
  })
})
