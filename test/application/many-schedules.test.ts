import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applySchedules, type FileSchedule } from '#application/schedules/apply-schedules.ts'
import { backfill } from '#application/schedules/backfill.ts'
import { type BulkReport, bulkChange } from '#application/schedules/bulk.ts'
import { createSchedule, type NewSchedule } from '#application/schedules/create-schedule.ts'
import { exportSchedules } from '#application/schedules/export-schedules.ts'
import { listSchedules, type ScheduleQuery } from '#application/schedules/list-schedules.ts'
import { pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { runSettingsSchema, type Schedule } from '#domain/schedules/schedule.ts'
import { actor, scheduled, workspaceId } from './scheduled.ts'

const nine = { kind: 'cron', expression: '0 9 * * ? *' } as const

const several = async (many: readonly Partial<NewSchedule>[]) => {
  const lab = await scheduled()
  const { world, created } = lab
  const fields = (more: Partial<NewSchedule>): NewSchedule => ({
    name: 'Another',
    protocolId: created.protocolId,
    parameters: {},
    rule: nine,
    timeZone: 'UTC',
    overlap: 'skip',
    settings: runSettingsSchema.parse({}),
    tags: [],
    ...more,
  })
  const make = (more: Partial<NewSchedule>) => createSchedule({ workspaceId, actor, schedule: fields(more) }, world)
  const all: Schedule[] = [created]
  for (const more of many) all.push(await make(more))
  const list = async (query: Partial<ScheduleQuery>) => {
    const found: Schedule[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < 100; pages++) {
      const page = await listSchedules({ workspaceId, query: { sort: 'created', limit: 3, ...query, cursor } }, world)
      found.push(...page.items)
      cursor = page.next
      if (cursor === undefined) return found.map(({ name }) => name)
    }
    throw new Error('the pages do not end')
  }
  return { ...lab, all, fields, list }
}

describe('a list of schedules', () => {
  const many = [
    { name: 'Plates night', tags: ['night'] },
    { name: 'Plates noon', tags: ['noon'], rule: { kind: 'cron', expression: '0 14 * * ? *' } as const },
    { name: 'Images', tags: ['night', 'vip'], rule: { kind: 'every', interval: 'PT90M' } as const },
    { name: 'Weekly', rule: { kind: 'cron', expression: '0 9 ? * MON *' } as const },
  ]

  test.each<[Partial<ScheduleQuery>, string[]]>([
    [{ tag: 'night' }, ['Plates night', 'Images']],
    [{ text: 'PLATES' }, ['Plates night', 'Plates noon']],
    [{ text: 'vip' }, ['Images']],
    [{ owner: 'nobody' }, []],
    [{ owner: 'sam', tag: 'noon' }, ['Plates noon']],
    [{ sort: '-created', tag: 'night' }, ['Images', 'Plates night']],
    [{ sort: 'next' }, ['Images', 'Plates noon', 'Daily', 'Plates night', 'Weekly']],
    [{ sort: 'next', nextTo: '2026-11-20T23:59:59.000Z' }, ['Images', 'Plates noon']],
    [{ nextFrom: '2026-11-21T00:00:00.000Z', nextTo: '2026-11-21T23:59:59.000Z' }, ['Daily', 'Plates night']],
  ])('that %j means', async (query, names) => {
    const { list } = await several(many)
    expect(await list(query)).toEqual(names)
  })

  test('by asset, by protocol and by status', async () => {
    const { list, all, world, created } = await several(many)
    const protocol = await world.store.get('protocol', { workspaceId, id: created.protocolId })
    const [need] = protocol?.requirements ?? []
    expect(await list({ assetId: need && 'assetId' in need ? need.assetId : 'ast_x' })).toHaveLength(5)
    expect(await list({ assetId: 'ast_never' })).toEqual([])
    expect(await list({ protocolId: 'pro_never' })).toEqual([])
    const [first] = all
    await pauseSchedule({ workspaceId, id: first?.id ?? 'sch_x', actor, version: 'any', note: 'x' }, world)
    expect(await list({ status: 'paused' })).toEqual(['Daily'])
    expect(await list({ sort: 'next' })).toEqual(['Images', 'Plates noon', 'Plates night', 'Weekly'])
  })

  test('of any page size tells each once', async () => {
    const { world } = await several(
      Array.from({ length: 30 }, (_, n) => ({ name: `S${n}`, tags: n % 7 === 0 ? ['x'] : [] })),
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.boolean(), async (limit, tagged) => {
        const found: string[] = []
        let cursor: string | undefined
        do {
          const page = await listSchedules(
            { workspaceId, query: { sort: 'created', limit, cursor, ...(tagged && { tag: 'x' }) } },
            world,
          )
          expect(page.items.length).toBeLessThanOrEqual(limit)
          found.push(...page.items.map(({ id }) => id))
          cursor = page.next
        } while (cursor !== undefined)
        expect(new Set(found).size).toBe(found.length)
        expect(found).toHaveLength(tagged ? 5 : 31)
      }),
      { numRuns: 30 },
    )
  })
})

describe('a change of many', () => {
  const base = { workspaceId, actor, everything: false, note: 'Holiday', dryRun: false } as const
  const summary = ({ items }: BulkReport) => items.map(({ name, result }) => `${name} ${result}`)

  test('does what its dry run told, and nothing more when it is done again', async () => {
    const { world } = await several([{ name: 'A', tags: ['x'] }, { name: 'B', tags: ['x'] }, { name: 'C' }])
    const input = { ...base, action: 'pause', filter: { tag: 'x' } } as const
    expect(summary(await bulkChange({ ...input, dryRun: true }, world))).toEqual(['A would-be-done', 'B would-be-done'])
    expect(summary(await bulkChange(input, world))).toEqual(['A done', 'B done'])
    expect(summary(await bulkChange(input, world))).toEqual(['A unchanged', 'B unchanged'])
    expect(summary(await bulkChange({ ...input, action: 'resume' }, world))).toEqual(['A done', 'B done'])
  })

  test('that means everything must say so', async () => {
    const { world } = await several([])
    const input = { ...base, action: 'archive', filter: {} } as const
    await expect(bulkChange(input, world)).rejects.toMatchObject({ reasons: [{ code: 'matches-everything' }] })
    expect(summary(await bulkChange({ ...input, everything: true }, world))).toEqual(['Daily done'])
  })

  test('takes the end of a pause with a pause alone', async () => {
    const { world } = await several([])
    const until = '2026-12-24T00:00:00.000Z'
    const input = { ...base, filter: { text: 'Daily' }, until } as const
    await expect(bulkChange({ ...input, action: 'archive' }, world)).rejects.toMatchObject({ code: 'invalid' })
    expect(summary(await bulkChange({ ...input, action: 'pause' }, world))).toEqual(['Daily done'])
  })

  test('goes through all pages', async () => {
    const { world } = await several(Array.from({ length: 60 }, (_, n) => ({ name: `S${n}` })))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const report = await bulkChange({ ...base, action: 'pause', filter: {}, everything: true, cursor }, world)
      seen.push(...summary(report))
      cursor = report.next
    } while (cursor !== undefined)
    expect(seen).toHaveLength(61)
    expect(seen.every((line) => line.endsWith('done'))).toBe(true)
  })

  test('refuses one by one what cannot be done', async () => {
    const { world, address } = await several([])
    await pauseSchedule({ ...address, note: 'x' }, world)
    await bulkChange({ ...base, action: 'archive', filter: { text: 'Daily' } }, world)
    const report = await bulkChange({ ...base, action: 'pause', filter: { status: 'archived' } }, world)
    expect(report.items).toMatchObject([{ result: 'refused', message: expect.stringContaining('archived') }])
  })
})

describe('filling in', () => {
  const week = { from: '2026-11-13T00:00:00.000Z', to: '2026-11-16T23:00:00.000Z' }

  test('starts one run for each time of a past range, one after the other, and nothing when it is done again', async () => {
    const { world, address, runs, started } = await scheduled({ startAt: '2026-11-01T00:00:00.000Z' })
    const input = { ...address, ...week, order: 'one-by-one', dryRun: false } as const
    expect((await backfill({ ...input, dryRun: true }, world)).items.map(({ result }) => result)).toEqual(
      Array.from({ length: 4 }, () => 'would-be-started'),
    )
    expect(await runs()).toEqual([])
    expect((await backfill(input, world)).items.map(({ at }) => at.slice(8, 13))).toEqual([
      '13T08',
      '14T08',
      '15T08',
      '16T08',
    ])
    expect((await runs()).map((run) => run.status === 'waiting' && run.waiting.reason)).toEqual(
      Array.from({ length: 4 }, () => 'overlap'),
    )
    // Only the first has an execution; each that ends starts the next.
    expect(started).toHaveLength(1)
    expect((await backfill(input, world)).items.map(({ result }) => result)).toEqual(
      Array.from({ length: 4 }, () => 'has-run'),
    )
    expect(await runs()).toHaveLength(4)
  })

  test('of a future time keeps that time from firing again', async () => {
    const { world, address, runs, fire } = await scheduled()
    const input = { ...address, from: '2026-11-21T00:00:00.000Z', to: '2026-11-21T12:00:00.000Z' }
    await backfill({ ...input, order: 'at-once', dryRun: false }, world)
    const before = await runs()
    expect(before).toMatchObject([{ trigger: { kind: 'backfill', scheduledTime: '2026-11-21T08:00:00.000Z' } }])
    await fire('2026-11-21T08:00:00.000Z')
    expect(await runs()).toHaveLength(1)
  })

  test('takes a time whose run was skipped, once', async () => {
    const { world, address, runs, fire, setClock } = await scheduled({ exclusions: [{ from: '2026-11-21' }] })
    await fire('2026-11-21T08:00:00.000Z')
    setClock('2026-11-21T10:00:00.000Z')
    const input = {
      ...address,
      from: '2026-11-21T00:00:00.000Z',
      to: '2026-11-22T12:00:00.000Z',
      order: 'at-once',
      dryRun: false,
    } as const
    expect((await backfill(input, world)).items.map(({ at }) => at.slice(0, 10))).toEqual(['2026-11-22'])
    expect(await runs()).toHaveLength(2)
  })

  test.each([
    [{ from: '2026-11-21T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' }, 'not after its start'],
    [{ from: '2026-11-21T00:00:00.000Z', to: '2027-11-21T00:00:00.000Z' }, 'Fill it in by parts'],
  ])('of %j is refused', async (range, words) => {
    const { world, address } = await scheduled()
    await expect(backfill({ ...address, ...range, order: 'at-once', dryRun: true }, world)).rejects.toThrow(words)
  })
})

describe('a file of schedules', () => {
  const named = (externalName: string, more: Partial<NewSchedule> = {}) => ({ externalName, ...more })

  test('applied makes what it tells, applied again changes nothing, and export gives it back', async () => {
    const { world, fields } = await several([])
    const schedules = [
      fields(named('a', { rule: { kind: 'cron', expression: 'daily at 10:00' } })),
      fields(named('b', { rule: { kind: 'every', interval: 1.5 }, tags: ['x'] })),
    ] as FileSchedule[]
    const input = { workspaceId, actor, schedules, dryRun: false } as const
    const first = await applySchedules({ ...input, dryRun: true }, world)
    expect(first).toMatchObject({ applied: false, items: [{ action: 'create' }, { action: 'create' }] })
    expect(await applySchedules(input, world)).toMatchObject({
      applied: true,
      items: [{ action: 'create' }, { action: 'create' }],
    })
    const again = await applySchedules(input, world)
    expect(again.items.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
    const exported = await exportSchedules({ workspaceId }, world)
    const back = await applySchedules({ ...input, schedules: exported.schedules }, world)
    expect(back.items.map(({ action, externalName }) => `${externalName} ${action}`)).toEqual([
      expect.stringMatching(/^sch_\d+ change$/),
      'a unchanged',
      'b unchanged',
    ])
  })

  test('shows field by field what it would change', async () => {
    const { world, fields } = await several([named('a')])
    const schedules = [fields(named('a', { name: 'Renamed', tags: ['x'] }))] as FileSchedule[]
    const { items } = await applySchedules({ workspaceId, actor, schedules, dryRun: true }, world)
    expect(items).toMatchObject([
      { action: 'change', changes: { name: { from: 'Another', to: 'Renamed' }, tags: { from: [], to: ['x'] } } },
    ])
  })

  test('with one that is wrong changes none, and tells what is wrong', async () => {
    const { world, fields, list } = await several([])
    const wrong = fields(named('b', { rule: { kind: 'cron', expression: '0 9 31 2 ? *' } }))
    const schedules = [fields(named('a')), wrong] as FileSchedule[]
    const report = await applySchedules({ workspaceId, actor, schedules, dryRun: false }, world)
    expect(report).toMatchObject({
      applied: false,
      items: [{ action: 'create' }, { action: 'refused', reasons: [{}] }],
    })
    expect(await list({})).toEqual(['Daily'])
  })

  test('archives what it no longer holds, where it is told to, and restores what it holds again', async () => {
    const { world, fields, list } = await several([named('lab/a', { name: 'A' }), named('lab/b', { name: 'B' })])
    const only = (names: string[]) =>
      names.map((name) => fields(named(`lab/${name}`, { name: name.toUpperCase() }))) as FileSchedule[]
    const input = { workspaceId, actor, dryRun: false, pruneUnder: 'lab/' } as const
    const pruned = await applySchedules({ ...input, schedules: only(['a']) }, world)
    expect(pruned.items.map(({ externalName, action }) => `${externalName} ${action}`)).toEqual([
      'lab/a unchanged',
      'lab/b archive',
    ])
    expect(await list({})).toEqual(['Daily', 'A'])
    const back = await applySchedules({ ...input, schedules: only(['a', 'b']) }, world)
    expect(back.items.map(({ action }) => action)).toEqual(['unchanged', 'restore'])
    expect(await list({ status: 'active' })).toEqual(['Daily', 'A', 'B'])
  })

  test('holds no name twice', async () => {
    const { world, fields } = await several([])
    const schedules = [fields(named('a')), fields(named('a'))] as FileSchedule[]
    await expect(applySchedules({ workspaceId, actor, schedules, dryRun: true }, world)).rejects.toThrow('twice')
  })

  test('a name belongs to one schedule, goes with it, and is free when it is gone', async () => {
    const { world, fields } = await several([named('a')])
    const create = () => createSchedule({ workspaceId, actor, schedule: fields(named('a')) }, world)
    await expect(create()).rejects.toMatchObject({ code: 'already_exists' })
  })
})
