import { foldEntries } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import { runIdOfFiring, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import { dateInEnglish, ruleInEnglish } from '#domain/schedules/english.ts'
import { exclusionAt, exclusionInEnglish, skipAt } from '#domain/schedules/exclusion.ts'
import type { Answer, Explanation } from '#domain/schedules/explanation.ts'
import { momentOf } from '#domain/schedules/moment.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { isZone, wallAt } from '#domain/schedules/zone.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

const enough = 1_000

/** The schedule as it stood at a moment, from its history; undefined before it was made. */
const asItStood = async (
  schedule: Schedule,
  ms: number,
  world: Pick<World, 'store'>,
): Promise<Schedule | undefined> => {
  if (msOf(schedule.updatedAt) <= ms) return schedule
  const entries = []
  for (let cursor: string | undefined, asked = 0; asked < enough; asked += 100) {
    const page = await world.store.history(schedule.workspaceId, schedule.id, { limit: 100, cursor })
    entries.push(...page.items)
    cursor = page.next
    if (cursor === undefined) break
  }
  const until = entries.filter(({ at }) => msOf(at) <= ms)
  return until.length === 0 ? undefined : (foldEntries(until) as unknown as Schedule)
}

const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000

const stoppedMessage = (schedule: Schedule): string =>
  'stopped' in schedule
    ? `It was ${schedule.status} since ${schedule.stopped.since} by ${schedule.stopped.by}: ${schedule.stopped.note}`
    : `It was ${schedule.status}.`

const judge = (then: Schedule | undefined, ms: number, nowMs: number): { answer: Answer; message: string } => {
  if (!then) return { answer: 'not-created', message: 'The schedule was made after that.' }
  const { rule, timeZone: zone, startAt, endAt, exclusions = [] } = then
  const window = windowOf(then)
  const meaning = ruleInEnglish(rule, zone, msOf(startAt))
  if (ms < wholeSecond(msOf(startAt)) || (endAt !== undefined && ms > msOf(endAt)))
    return {
      answer: 'outside-window',
      message: `It fires from ${startAt}${endAt === undefined ? '' : ` to ${endAt}`}.`,
    }
  const [due] = nextTimes(rule, ms - 1, { ...window, exclusions: [], skips: [] }, 1)
  if (due === undefined || wholeSecond(due) !== ms) {
    const next = due === undefined ? 'There is no time after it.' : `The next is ${dateInEnglish(due, zone)}.`
    return { answer: 'not-due', message: `It fires ${meaning}. ${next}` }
  }
  const skip = skipAt(then.skips ?? [], ms)
  if (skip) return { answer: 'excluded', message: `${skip.by} took this time out: ${skip.note}` }
  const exclusion = exclusionAt(exclusions, zone, ms)
  if (exclusion) return { answer: 'excluded', message: `It does not fire on ${exclusionInEnglish(exclusion)}.` }
  if (ms > nowMs) return { answer: 'not-yet', message: `It is due then, if nothing stops it: ${meaning}.` }
  if (then.status !== 'active') return { answer: 'stopped', message: stoppedMessage(then) }
  if (nowMs - ms < minutes(2))
    return { answer: 'on-its-way', message: 'It was due just now. A firing may take a minute; ask again.' }
  return {
    answer: 'missed',
    message:
      'It was due and nothing is recorded, so the firing did not arrive. The dead-letter queue of firings tells why; trigger the schedule if the run is still wanted.',
  }
}

/**
 * "Why did it not run at 09:00?", answered from recorded facts: the run of that time if there is one, else the schedule as it
 * stood then. `at` is a moment, or a wall time in the zone of the schedule.
 * @throws Refusal `not_found`, `invalid` for what is no time, or one that the clocks of the zone skip or show twice
 */
export const explainTime = async (
  input: { readonly workspaceId: WorkspaceId; readonly id: ScheduleId; readonly at: string },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Explanation> => {
  const { workspaceId, id } = input
  const schedule = await world.store.get('schedule', { workspaceId, id })
  if (!schedule) throw notFound('schedule', id)
  const zone = isZone(schedule.timeZone) ? schedule.timeZone : 'UTC'
  const moment = momentOf(input.at, zone)
  if (typeof moment !== 'string')
    throw new Refusal('invalid', moment.message, { reasons: [{ ...moment, path: '/query/at' }] })
  const ms = msOf(moment)
  const told = { at: instantOf(ms), local: `${new Date(wallAt(zone, ms)).toISOString().slice(0, 19)} ${zone}` }
  const run = await world.store.get('run', { workspaceId, id: runIdOfFiring(id, ms) })
  if (run) {
    const message =
      run.status === 'ended' ? `Run ${run.id} ${run.outcome}: ${run.end.message}` : `Run ${run.id} is ${run.status}.`
    return { ...told, answer: 'recorded', message, run }
  }
  return { ...told, ...judge(await asItStood(schedule, ms, world), ms, world.clock.now()) }
}
