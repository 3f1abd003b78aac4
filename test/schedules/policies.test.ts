import { describe, expect, test } from 'vitest'
import { scheduleLedger } from '#application/insight/schedule-ledger.ts'
import { resumeSchedule } from '#application/schedules/restart-schedule.ts'
import { pauseSchedule } from '#application/schedules/stop-schedule.ts'
import type { Run } from '#domain/runs/run.ts'
import type { LedgerRow } from '#domain/schedules/ledger-row.ts'
import { type Overlap, overlapPolicies } from '#domain/schedules/schedule.ts'
import { instantOf, minutes } from '#domain/time.ts'
import { actor, createVirtualLab, workspaceId } from './virtual-lab.ts'

/**
 * A Friday in the laboratory: a schedule fires every half hour and its instrument takes 45 minutes, so that firings overlap.
 * From 14:10 to 15:40 EventBridge Scheduler is down, from 17:05 to 18:10 the schedule is paused.
 */
const day = '2026-11-20T'
const moment = (time: string): number => Date.parse(`${day}${time}:00Z`)
const lost = ['14:30', '15:00', '15:30']
const duringPause = ['17:30', '18:00']

const overlaps = Object.keys(overlapPolicies) as Overlap[]
const catchUps = {
  none: undefined,
  coalesce: { windowSeconds: 7_200, mode: 'coalesce' },
  each: { windowSeconds: 7_200, mode: 'each' },
} as const
const pauses = ['no pause', 'a pause that is ended by a person', 'a pause until a moment'] as const

const live = async (overlap: Overlap, catchUp: keyof typeof catchUps, pause: (typeof pauses)[number]) => {
  const lab = await createVirtualLab({ startMs: moment('12:00') + 1, durationMs: minutes(45) })
  const { world, time } = lab
  const policy = catchUps[catchUp]
  const { id } = await lab.schedule({
    overlap,
    startAt: `${day}12:00:00Z`,
    endAt: `${day}19:45:00Z`,
    settings: { startWithinSeconds: 900, assetWait: { maxAttempts: 100, delaySeconds: 120 } },
    ...(policy && { catchUp: policy }),
  })
  const address = { workspaceId, id, actor, version: 'any' } as const
  await time.runUntil(moment('14:10'))
  lab.outage.down = true
  await time.runUntil(moment('15:40'))
  lab.outage.down = false
  await time.runUntil(moment('17:05'))
  if (pause !== 'no pause') {
    const until = pause === 'a pause until a moment' ? instantOf(moment('18:10')) : undefined
    await pauseSchedule({ ...address, note: 'Visitors', until }, world)
  }
  await time.runUntil(moment('18:10'))
  if (pause === 'a pause that is ended by a person') await resumeSchedule(address, world)
  await time.runUntil(moment('23:59') + minutes(60 * 12))
  const from = instantOf(moment('12:00') + 1)
  const ledger = await scheduleLedger({ ...address, from, to: instantOf(moment('20:00')), limit: 500 }, world)
  const rows = new Map(ledger.items.map((row) => [row.at.slice(11, 16), row]))
  const runs = await lab.runs()
  return { lab, rows, runs, address, schedule: await world.store.get('schedule', { workspaceId, id }) }
}

const every = overlaps.flatMap((overlap) =>
  (Object.keys(catchUps) as (keyof typeof catchUps)[]).flatMap((catchUp) =>
    pauses.map((pause) => ({ overlap, catchUp, pause })),
  ),
)

const ended = (runs: readonly Run[]) => runs.filter((run) => run.status === 'ended')

/** How long a run was driving, in milliseconds since the epoch. */
const drivesOf = (runs: readonly Run[]): [from: number, to: number][] =>
  ended(runs)
    .flatMap((run): [number, number][] =>
      run.startedAt === undefined ? [] : [[Date.parse(run.startedAt), Date.parse(run.end.at)]],
    )
    .sort(([a], [b]) => a - b)

describe.each(every)('overlap $overlap, catch-up $catchUp, $pause', ({ overlap, catchUp, pause }) => {
  const lived = live(overlap, catchUp, pause)
  const rowOf = async (time: string): Promise<LedgerRow | undefined> => (await lived).rows.get(time)

  test('every time has one row, and every run of the rule stands for one', async () => {
    const { rows, runs } = await lived
    expect(rows.size).toBe(15)
    const told = new Set([...rows.values()].flatMap(({ runId }) => runId ?? []))
    expect(runs.filter(({ id }) => !told.has(id)).map(({ id }) => id)).toEqual([])
    expect([...rows.values()].filter(({ fate }) => fate === 'due' || fate === 'to-come')).toEqual([])
  })

  test('no run is left over, and the schedule says that it is over', async () => {
    const { runs, schedule, lab } = await lived
    expect(runs.filter(({ status }) => status !== 'ended')).toEqual([])
    expect(schedule?.status).toBe('completed')
    expect(lab.timetable.standing.size).toBe(0)
  })

  test('the instrument is never driven twice at once', async () => {
    const drives = drivesOf((await lived).runs)
    for (const [index, [from]] of drives.entries()) expect(from).toBeGreaterThanOrEqual(drives[index - 1]?.[1] ?? 0)
  })

  test('what the outage took is missed, coalesced or made up, as the catch-up says', async () => {
    const fates = await Promise.all(lost.map(async (time) => (await rowOf(time))?.fate))
    const { runs } = await lived
    const made = runs.filter(({ trigger }) => trigger.kind === 'catch-up')
    if (catchUp === 'none') {
      expect(fates).toEqual(['missed', 'missed', 'missed'])
      expect(made).toEqual([])
    } else if (catchUp === 'coalesce') {
      expect(fates.slice(0, 2)).toEqual(['coalesced', 'coalesced'])
      expect(made).toMatchObject([
        { trigger: { scheduledTime: `${day}15:30:00.000Z`, standsFor: { missed: 2, from: `${day}14:30:00.000Z` } } },
      ])
    } else {
      expect(made.map(({ trigger }) => 'scheduledTime' in trigger && trigger.scheduledTime.slice(11, 16))).toEqual(lost)
      expect(made.every(({ trigger }) => !('standsFor' in trigger))).toBe(true)
    }
  })

  test('nothing starts in the pause, and nothing of it is made up after it', async () => {
    const fates = await Promise.all(duringPause.map(async (time) => (await rowOf(time))?.fate))
    const { runs } = await lived
    if (pause === 'no pause') {
      expect(fates).not.toContain('stopped')
      return
    }
    expect(fates).toEqual(['stopped', 'stopped'])
    const opened = runs.filter(({ createdAt }) => createdAt > `${day}17:05` && createdAt < `${day}18:10`)
    expect(opened).toEqual([])
    expect((await rowOf('18:30'))?.fate).not.toBe('stopped')
    expect((await rowOf('18:30'))?.fate).not.toBe('missed')
  })

  test('runs that meet do as the policy says', async () => {
    const { runs, rows } = await lived
    const reasons = ended(runs).map(({ end }) => end.reason)
    const waited = ended(runs).filter(({ end, startedAt, dueAt }) => {
      const late = startedAt === undefined ? 0 : Date.parse(startedAt) - Date.parse(dueAt)
      return end.reason === 'completed' && late > minutes(5)
    })
    switch (overlap) {
      case 'skip':
        expect(waited).toEqual([])
        expect(rows.get('13:00')).toMatchObject({ fate: 'skipped', reason: 'overlap' })
        expect(rows.get('13:30')).toMatchObject({ fate: 'ran', outcome: 'succeeded' })
        break
      case 'buffer-one':
        expect(rows.get('13:00')).toMatchObject({ outcome: 'succeeded' })
        // It waits for the one at 12:30, and while it runs the one at 13:30 waits.
        expect(rows.get('13:00')?.lateSeconds).toBeGreaterThan(14 * 60)
        expect(reasons).toContain('overlap')
        break
      case 'buffer-all':
        expect(reasons).not.toContain('overlap')
        expect(waited.length).toBeGreaterThan(3)
        break
      case 'cancel-other':
        expect(reasons).toContain('abort-requested')
        expect(rows.get('19:30')).toMatchObject({ outcome: 'succeeded' })
        break
      case 'allow':
        expect(reasons).not.toContain('overlap')
        expect(reasons.some((reason) => reason === 'completed')).toBe(true)
        break
    }
  })
})

test('one run stands for a whole day of minutes', async () => {
  const lab = await createVirtualLab({ durationMs: minutes(2) })
  await lab.schedule({
    rule: { kind: 'cron', expression: '* * * * ? *' },
    catchUp: { windowSeconds: 3 * 86_400, mode: 'coalesce' },
  })
  await lab.time.runUntil(lab.time.now() + minutes(30))
  lab.outage.down = true
  await lab.time.runUntil(lab.time.now() + minutes(24 * 60))
  lab.outage.down = false
  await lab.time.runUntil(lab.time.now() + minutes(60))
  const made = (await lab.runs()).filter(({ trigger }) => trigger.kind === 'catch-up')
  expect(made).toHaveLength(1)
  const [{ trigger } = { trigger: undefined }] = made
  expect(trigger && 'standsFor' in trigger && trigger.standsFor?.missed).toBeGreaterThan(1_400)
})
