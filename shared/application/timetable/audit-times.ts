import { runIdOfFiring, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import type { Run } from '#domain/runs/run.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Arming, catchUpSchema, type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { type Instant, instantOf, minutes, msOf, seconds } from '#domain/time.ts'
import { closedFor } from '../calendars/closed-for.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { auditOf, system } from '../common/audit.ts'
import { catchUpRun } from '../runs/open-run.ts'
import { runChange } from '../runs/record.ts'
import type { Change, World } from '../world.ts'
import { armingChange, eventAgeSeconds, nextLookAt, settleArming } from './arm-schedule.ts'
import { completeIfOver } from './complete-if-over.ts'
import { resumeIfDue } from './resume-if-due.ts'

type AuditWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'workflows'>

export type TimesAudited = {
  /** Schedules looked at. */
  readonly seen: number
  /** Firings that did not come, and how many runs were started to make up for them. */
  readonly missed: number
  readonly madeUp: number
  /** Entries moved on because that was lost. */
  readonly movedOn: number
  /** Schedules that could not be looked at now; the next sweep does. */
  readonly failed: number
}

/** EventBridge Scheduler fires within a minute; younger times are not looked at. */
const settlingMs = minutes(2)
/** How often somebody looks. */
const sweepMs = minutes(5)
/** Times judged in one step: where one run is to stand for all that were lost, as many as a day of minutes and more. */
const stepTimes = { coalesce: 2_000, each: 100 } as const
/** Runs made up in one step. */
const stepRuns = 20
/** Runs asked for at once. */
const asked = 100
const actor = system('audit')

/** When it is certain that a firing does not come any more. */
const lostAt = (schedule: Schedule, slotMs: number): number => slotMs + seconds(eventAgeSeconds(schedule)) + settlingMs

type Judged = {
  /** All times up to here are accounted for. */
  readonly untilMs: number
  readonly missing: readonly number[]
  /** There may be more to judge right now. */
  readonly more: boolean
}

/**
 * Whether the first firing that did not come can still be made up when it is certain of a later one too: then one run stands
 * for both.
 */
const mayWait = ({ catchUp }: Schedule, firstMs: number, untilMs: number): boolean =>
  catchUp?.mode === 'coalesce' && firstMs + seconds(catchUp.windowSeconds) > untilMs + sweepMs

/** Which of the times that have passed have a run, and which never will. Stops at the first that may still come. */
const judge = async (schedule: Schedule, fromMs: number, world: AuditWorld): Promise<Judged> => {
  const nowMs = world.clock.now()
  const endMs = nowMs - settlingMs
  const most = stepTimes[schedule.catchUp?.mode ?? 'coalesce']
  const window = windowOf(schedule, await closedFor(schedule, world))
  const slots = timesAfter(schedule.rule, fromMs, { ...window, endMs: Math.min(endMs, window.endMs ?? endMs) })
    .take(most + 1)
    .toArray()
  const judged = slots.slice(0, most)
  const { workspaceId, id } = schedule
  const keys = judged.map((slot) => ({ workspaceId, id: runIdOfFiring(id, slot) }))
  const runs: (Run | undefined)[] = []
  for (let at = 0; at < keys.length; at += asked)
    runs.push(...(await world.store.getMany('run', keys.slice(at, at + asked))))
  const missing: number[] = []
  for (const [index, slot] of judged.entries()) {
    if (runs[index]) continue
    const lostMs = lostAt(schedule, slot)
    if (lostMs > nowMs) {
      const [first] = missing
      if (first === undefined || !mayWait(schedule, first, lostMs)) return { untilMs: slot - 1, missing, more: false }
      return { untilMs: first - 1, missing: [], more: false }
    }
    missing.push(slot)
  }
  const more = slots.length > most
  return { untilMs: more ? (judged.at(-1) ?? fromMs) : Math.max(fromMs, endMs), missing, more }
}

type Plan = { readonly old: readonly number[]; readonly runs: readonly { slot: number; stands: readonly number[] }[] }

/** What is made up, and by which runs; what lies before the catch-up window is missed for good. */
const planCatchUp = (schedule: Schedule, missing: readonly number[], nowMs: number): Plan => {
  const { windowSeconds, mode } = schedule.catchUp ?? catchUpSchema.parse({})
  const young = missing.filter((slot) => slot >= nowMs - seconds(windowSeconds))
  const old = missing.filter((slot) => !young.includes(slot))
  const latest = young.at(-1)
  if (latest === undefined) return { old, runs: [] }
  if (mode === 'coalesce') return { old, runs: [{ slot: latest, stands: young.slice(0, -1) }] }
  return { old, runs: young.map((slot) => ({ slot, stands: [] })) }
}

const describe = (missing: readonly number[], { old, runs }: Plan): string => {
  const span =
    missing.length === 1
      ? `The firing of ${instantOf(missing[0] ?? 0)} did not come`
      : `${missing.length} firings did not come, from ${instantOf(missing[0] ?? 0)} to ${instantOf(missing.at(-1) ?? 0)}`
  const made =
    runs.length === 0 ? 'Nothing makes up for it' : `${runs.length} run(s) make up for ${missing.length - old.length}`
  return `${span}. ${made}${old.length > 0 && runs.length > 0 ? `; ${old.length} lie before the catch-up window` : ''}.`
}

/** One step: the times that are known now, in one transaction with what makes up for them. */
const auditStep = async (
  schedule: Schedule,
  arming: Arming,
  world: AuditWorld,
): Promise<{ missed: number; madeUp: number; more: boolean; arming: Arming } | 'overtaken'> => {
  const { workspaceId, id } = schedule
  const nowMs = world.clock.now()
  const judged = await judge(schedule, msOf(arming.auditedUntil ?? schedule.createdAt), world)
  // As many as one transaction takes; the rest follows in the next step.
  const mode = schedule.catchUp?.mode ?? 'coalesce'
  const missing = mode === 'each' ? judged.missing.slice(0, stepRuns) : judged.missing
  const cut = missing.length < judged.missing.length
  const untilMs = cut ? (missing.at(-1) ?? judged.untilMs) : judged.untilMs
  const plan = planCatchUp(schedule, missing, nowMs)
  const protocol =
    plan.runs.length > 0 ? await world.store.get('protocol', { workspaceId, id: schedule.protocolId }) : undefined
  const runs = protocol ? plan.runs.map(({ slot, stands }) => catchUpRun(schedule, protocol, slot, stands, nowMs)) : []
  const nextAt = nextLookAt(schedule, untilMs)
  const { nextAt: _next, ...rest } = arming
  const value: Arming = {
    ...rest,
    auditedUntil: instantOf(untilMs),
    ...(nextAt !== undefined && { nextAt }),
    version: arming.version + 1,
  }
  const lost = runs.length > 0 ? plan.old.length : missing.length
  const changes: Change[] = [
    { type: 'put', kind: 'arming', value, expect: arming.version },
    ...runs.flatMap((run) => runChange(world, undefined, run, 'run.requested', actor)),
    ...(missing.length > 0
      ? [
          auditOf(world, {
            workspaceId,
            subject: id,
            action: 'schedule.firings-missed',
            actor,
            before: schedule,
            after: schedule,
            note: describe(missing, plan),
          }),
        ]
      : []),
    ...(lost > 0 ? [{ type: 'count' as const, workspaceId, scheduleId: id, counts: { missed: lost } }] : []),
  ]
  if (!(await world.store.commit(changes)).committed) return 'overtaken'
  for (const run of runs) await world.workflows.startRun(run.id, workspaceId, run.id).catch(() => undefined)
  return { missed: missing.length, madeUp: runs.length, more: judged.more || cut, arming: value }
}

const steps = 50

const auditSchedule = async (found: Arming, world: AuditWorld): Promise<Omit<TimesAudited, 'seen' | 'failed'>> => {
  const { workspaceId, scheduleId } = found
  const stored = await world.store.get('schedule', { workspaceId, id: scheduleId })
  const schedule = stored && (await resumeIfDue(stored, world))
  let arming = (await world.store.get('arming', { workspaceId, scheduleId })) ?? found
  let [missed, madeUp, movedOn] = [0, 0, 0]
  if (schedule?.status !== 'active') return { missed, madeUp, movedOn }
  for (let step = 0; step < steps; step++) {
    const done = await auditStep(schedule, arming, world)
    if (done === 'overtaken') return { missed, madeUp, movedOn }
    arming = done.arming
    missed += done.missed
    madeUp += done.madeUp
    if (!done.more) break
  }
  const nowMs = world.clock.now()
  const stale = arming.carries !== undefined && msOf(arming.carries) < nowMs - settlingMs
  if (stale && arming.state === 'settled') {
    const changes = [armingChange(schedule, arming)]
    if ((await world.store.commit(changes)).committed && (await settleArming(workspaceId, scheduleId, world)))
      movedOn += 1
  }
  if (arming.nextAt === undefined) await completeIfOver(schedule, world)
  return { missed, madeUp, movedOn }
}

/**
 * Expected against actual: of every time that has passed it is found out what became of it. What never came is made up within
 * the schedule's catch-up window, or recorded as missed; never in silence. An entry that was not moved on is moved on.
 */
export const auditTimes = async (
  workspaceId: WorkspaceId,
  world: AuditWorld,
  onFailure: OnFailure = () => undefined,
): Promise<TimesAudited> => {
  const total = { seen: 0, missed: 0, madeUp: 0, movedOn: 0, failed: 0 }
  const looked = new Set<ScheduleId>()
  const to: Instant = instantOf(world.clock.now() - settlingMs)
  let cursor: string | undefined
  do {
    const page = await world.store.nextArmings(workspaceId, { limit: 100, cursor }, { to })
    for (const arming of page.items) {
      // Looked at, it moves on in the order that is being walked.
      if (looked.has(arming.scheduleId)) continue
      looked.add(arming.scheduleId)
      total.seen += 1
      const audited = await apart(arming.scheduleId, () => auditSchedule(arming, world), onFailure)
      total.failed += audited ? 0 : 1
      total.missed += audited?.missed ?? 0
      total.madeUp += audited?.madeUp ?? 0
      total.movedOn += audited?.movedOn ?? 0
    }
    cursor = page.next
  } while (cursor !== undefined)
  return total
}
