import type { Run } from '#domain/runs/run.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule, SingleRule } from '#domain/schedules/rule.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { hours, instantOf, minutes, msOf } from '#domain/time.ts'
import { createRandom, type Random } from '../simulation/random.ts'
import { createVirtualLab, type LabOptions } from './virtual-lab.ts'

const startMs = Date.UTC(2026, 10, 20, 12)
const yearMs = 365 * hours(24)
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kolkata']

const drawSingle = (random: Random): SingleRule => {
  const hour = random.between(0, 23)
  const minute = random.between(0, 59)
  const day = random.pick(['MON', 'WED,FRI', 'SUN', 'MON-FRI', '6L', '3#2'])
  return random.pick<SingleRule>([
    { kind: 'cron', expression: `${minute} ${hour} ? * ${day} *` },
    { kind: 'cron', expression: `${minute} ${hour} ${random.pick(['L', '1', '15W', '1,11,21', '31'])} * ? *` },
    { kind: 'cron', expression: `${minute} ${hour} * * ? *` },
    { kind: 'rate', every: random.between(1, 14), unit: 'day' },
    { kind: 'every', interval: `PT${random.between(8 * 3_600, 20 * 86_400)}S` },
    {
      kind: 'calendar',
      rrule: random.pick([
        'FREQ=MONTHLY;BYDAY=-1FR',
        'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU',
        'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
        'FREQ=DAILY;INTERVAL=3',
      ]),
      times: [`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`],
    },
  ])
}

const drawRule = (random: Random): Rule => {
  if (!random.chance(0.2)) return drawSingle(random)
  const [first, second] = [drawSingle(random), drawSingle(random)]
  return JSON.stringify(first) === JSON.stringify(second) ? first : { kind: 'any', rules: [first, second] }
}

export type YearReport = {
  readonly schedules: number
  readonly slots: number
  readonly runs: number
  readonly lostByOutage: number
  readonly missed: number
  readonly madeUp: number
  readonly refusedWrites: number
  readonly deaths: number
  readonly movedOn: number
  /** Entries at EventBridge Scheduler at any time, and schedules. */
  readonly mostEntries: number
  readonly problems: readonly string[]
}

/** A span in which a firing may be lost: an outage, or until the next sweep after a write that was refused. */
type Gap = { readonly from: number; readonly to: number }

const sweepMs = hours(1)

/** What became of one schedule against what its rule says. */
const problemsOf = (
  schedule: Schedule,
  of: {
    readonly runs: readonly Run[]
    readonly gaps: readonly Gap[]
    readonly missed: number
    readonly untilMs: number
  },
): string[] => {
  const { runs, gaps, untilMs } = of
  let silent = 0
  const problems: string[] = []
  const say = (what: string, ms: number) =>
    problems.push(`${schedule.id} ${JSON.stringify(schedule.rule)}: ${what} ${instantOf(ms)}`)
  const slots = nextTimes(schedule.rule, msOf(schedule.createdAt), { ...windowOf(schedule), endMs: untilMs }, 100_000)
  const bySlot = Map.groupBy(runs, ({ trigger }) => ('scheduledTime' in trigger ? msOf(trigger.scheduledTime) : 0))
  const covered = runs.flatMap(({ trigger }): [number, number][] =>
    trigger.kind === 'catch-up' && trigger.standsFor
      ? [[msOf(trigger.standsFor.from), msOf(trigger.scheduledTime)]]
      : [],
  )
  const wanted = new Set(slots.map((ms) => Math.floor(ms / 1000) * 1000))
  for (const slot of wanted) {
    const found = bySlot.get(slot) ?? []
    if (found.length > 1) say('two runs at', slot)
    if (found.length === 1) continue
    if (covered.some(([from, to]) => from <= slot && slot < to)) continue
    silent += 1
    if (!gaps.some(({ from, to }) => from <= slot && slot <= to)) say('no run, and nothing was down, at', slot)
    if (schedule.catchUp) say('neither made up nor coalesced at', slot)
  }
  if (silent !== of.missed) problems.push(`${schedule.id}: ${silent} times without a run, ${of.missed} told as missed`)
  // On excluded days it fires, and says that it was skipped.
  const frame = { ...windowOf(schedule), exclusions: [], endMs: untilMs }
  const named = new Set(
    nextTimes(schedule.rule, msOf(schedule.createdAt), frame, 100_000).map((ms) => Math.floor(ms / 1000) * 1000),
  )
  for (const [slot, found] of bySlot) {
    const skipped = found.every((run) => run.status === 'ended' && run.end.reason === 'excluded')
    if (!named.has(slot)) say('a run that the rule does not name at', slot)
    else if (!wanted.has(slot) && !skipped) say('a run on an excluded day at', slot)
  }
  return problems
}

/** A year of many random schedules, with outages, late and doubled firings, deaths, and writes that are refused. */
export const liveYear = async (
  seed: number,
  count: number,
  sabotage: Partial<LabOptions> = {},
): Promise<YearReport> => {
  const random = createRandom(seed)
  let deaths = 0
  let settled = false
  const lab = await createVirtualLab({
    startMs,
    durationMs: minutes(1),
    capacity: 10_000,
    sweepMs,
    delayMs: () => random.between(0, 59_000),
    copies: () => (random.chance(0.1) ? 2 : 1),
    refuses: () => !settled && random.chance(0.05),
    dies: () => {
      const dies = !settled && random.chance(0.02)
      if (dies) deaths += 1
      return dies
    },
    ...sabotage,
  })
  const schedules: Schedule[] = []
  for (let n = 0; n < count; n++)
    schedules.push(
      await lab.schedule({
        name: `Schedule ${n}`,
        rule: drawRule(random),
        timeZone: random.pick(zones),
        overlap: random.pick(['allow', 'skip', 'buffer-all']),
        ...(random.chance(0.5) && {
          catchUp: { windowSeconds: 20 * 86_400, mode: random.pick(['coalesce', 'each'] as const) },
        }),
        ...(random.chance(0.2) && { exclusions: [{ from: '2026-12-24', to: '2027-01-06' }] }),
        settings: { startWithinSeconds: 3_600 },
      }),
    )
  const outages: Gap[] = Array.from({ length: 8 }, (_, n) => {
    const from = startMs + (n + random.next()) * (yearMs / 8) * 0.9
    return { from, to: from + hours(random.between(1, 40)) }
  })
  for (const { from, to } of outages) {
    await lab.time.runUntil(from)
    lab.outage.down = true
    await lab.time.runUntil(to)
    lab.outage.down = false
  }
  await lab.time.runUntil(startMs + yearMs)
  settled = true
  await lab.time.runUntil(startMs + yearMs + hours(30))
  const runs = await lab.runs()
  const bySchedule = Map.groupBy(runs, ({ scheduleId }) => scheduleId)
  const untilMs = startMs + yearMs
  // What is carried by one entry is moved on by the next sweep after an outage.
  const down = outages.map(({ from, to }) => ({ from: from - minutes(2), to: to + sweepMs + minutes(2) }))
  const problems: string[] = []
  for (const schedule of schedules) {
    const { workspaceId, id } = schedule
    const refused = lab.timetable.refusals.filter(({ scheduleId }) => scheduleId === id)
    const stats = await lab.world.store.get('scheduleStats', { workspaceId, scheduleId: id })
    const own = (bySchedule.get(id) ?? []).filter(
      ({ trigger }) => 'scheduledTime' in trigger && msOf(trigger.scheduledTime) <= untilMs,
    )
    const gaps = [...down, ...refused.map(({ at }) => ({ from: at, to: at + sweepMs + minutes(2) }))]
    problems.push(...problemsOf(schedule, { runs: own, gaps, missed: stats?.missed ?? 0, untilMs }))
  }
  const sum = (of: 'missed' | 'madeUp' | 'movedOn') => lab.audited.reduce((total, each) => total + each[of], 0)
  return {
    schedules: count,
    slots: schedules.reduce(
      (total, schedule) =>
        total + nextTimes(schedule.rule, startMs, { ...windowOf(schedule), endMs: untilMs }, 100_000).length,
      0,
    ),
    runs: runs.length,
    lostByOutage: lab.timetable.counts.lost,
    missed: sum('missed'),
    madeUp: sum('madeUp'),
    refusedWrites: lab.timetable.counts.refused,
    deaths,
    movedOn: sum('movedOn'),
    mostEntries: lab.timetable.counts.most,
    problems,
  }
}
