import { foldEntries } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import { runIdOfFiring, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import type { Run } from '#domain/runs/run.ts'
import { dateInEnglish, ruleInEnglish } from '#domain/schedules/english.ts'
import type { Answer, Explanation } from '#domain/schedules/explanation.ts'
import { momentOf } from '#domain/schedules/moment.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { isZone, wallAt } from '#domain/zone.ts'
import { closedFor } from '../calendars/closed-for.ts'
import type { World } from '../world.ts'
import { type Fate, fateWithout, keptFrom, longestMs, runsBetween, standingFor } from './fate-of-time.ts'

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

type Told = { readonly answer: Answer; readonly message: string }

/** Times that the rule does not name, or not within its window. */
const notNamed = (then: Schedule, ms: number): Told | undefined => {
  const { rule, timeZone: zone, startAt, endAt } = then
  if ((then.moves ?? []).some(({ to }) => wholeSecond(msOf(to)) === ms)) return undefined
  if (ms < wholeSecond(msOf(startAt)) || (endAt !== undefined && ms > msOf(endAt)))
    return {
      answer: 'outside-window',
      message: `It fires from ${startAt}${endAt === undefined ? '' : ` to ${endAt}`}.`,
    }
  const window = { ...windowOf(then), exclusions: [], closures: [], skips: [], moves: [] }
  const [due] = nextTimes(rule, ms - 1, window, 1)
  if (due !== undefined && wholeSecond(due) === ms) return undefined
  const next = due === undefined ? 'There is no time after it.' : `The next is ${dateInEnglish(due, zone)}.`
  return { answer: 'not-due', message: `It fires ${ruleInEnglish(rule, zone, msOf(startAt))}. ${next}` }
}

const missed =
  'It was due and nothing is recorded, so the firing did not arrive. The dead-letter queue of firings tells why; trigger the schedule, or fill the time in, if the run is still wanted.'

const answerOf = (fate: Fate, then: Schedule): Told => {
  switch (fate.fate) {
    case 'to-come':
      return {
        answer: 'not-yet',
        message: `It is due then, if nothing stops it: ${ruleInEnglish(then.rule, then.timeZone, msOf(then.startAt))}.`,
      }
    case 'due':
      return { answer: 'on-its-way', message: 'It was due just now. A firing may take a minute; ask again.' }
    case 'stopped': {
      if (!('stopped' in then)) return { answer: 'stopped', message: `It was ${then.status}.` }
      const { since, by, note } = then.stopped
      return { answer: 'stopped', message: `It was ${then.status} since ${since} by ${by}: ${note}` }
    }
    case 'forgotten':
      return { answer: 'forgotten', message: 'The workspace does not keep runs that long; nobody knows any more.' }
    case 'moved':
    case 'excluded':
      return { answer: 'excluded', message: fate.message ?? '' }
    default:
      return { answer: 'missed', message: missed }
  }
}

const judge = async (
  then: Schedule | undefined,
  ms: number,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Told & { readonly run?: Run }> => {
  if (!then) return { answer: 'not-created', message: 'The schedule was made after that.' }
  const unnamed = notNamed(then, ms)
  if (unnamed) return unnamed
  const told = answerOf(
    fateWithout(then, ms, {
      closed: await closedFor(then, world),
      keptFromMs: await keptFrom(then.workspaceId, world),
      nowMs: world.clock.now(),
    }),
    then,
  )
  if (told.answer !== 'missed') return told
  const later = await runsBetween(then.workspaceId, then.id, ms, ms + longestMs, world)
  const run = standingFor(later, ms)
  return run ? { answer: 'recorded', message: `The firing did not come; run ${run.id} stands for it.`, run } : told
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
  return { ...told, ...(await judge(await asItStood(schedule, ms, world), ms, world)) }
}
