import { type Actor, actorName } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import type { ReservationId, SeriesId, WorkspaceId } from '#domain/ids.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import { mostTimes, type Series } from '#domain/series/series.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { apart } from '../common/apart.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { type Booking, bookingChanges } from '../reservations/book-reservation.ts'
import { giveBack } from '../reservations/cancel-reservation.ts'
import { horizonMs } from '../reservations/horizon.ts'
import type { World } from '../world.ts'
import { confirmTime } from './confirm-series.ts'

type SeriesWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Fields = Pick<Series, 'assets' | 'rule' | 'timeZone' | 'durationMinutes' | 'mode'> & {
  readonly [K in 'startAt' | 'endAt' | 'count' | 'exceptions' | 'setup' | 'project' | 'note']?: Series[K] | undefined
}
export type NewSeries = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly role: Role | undefined
  readonly groups?: readonly string[] | undefined
  readonly series: Fields
}

/** Held until all times are there; what a crash leaves behind expires by itself. */
const holdMinutes = 60

/** The times that the rule names, as far as anything can be booked. @throws Refusal `invalid` */
const expand = ({ series }: NewSeries, nowMs: number): { startMs: number; endMs: number }[] => {
  const { rule, timeZone, startAt, endAt, count = mostTimes, exceptions, durationMinutes } = series
  const lengthMs = minutes(durationMinutes)
  const startMs = startAt === undefined ? nowMs : msOf(startAt)
  const lastMs = nowMs + horizonMs - lengthMs
  const window = {
    startMs,
    endMs: endAt === undefined ? lastMs : Math.min(lastMs, msOf(endAt)),
    zone: timeZone,
    exclusions: exceptions ?? [],
  }
  const times = timesAfter(rule, Math.max(startMs, nowMs) - 1, window)
    .take(count)
    .toArray()
    .map((ms) => ({ startMs: ms, endMs: ms + lengthMs }))
  const refuse = (code: string, message: string, path: string) =>
    new Refusal('invalid', message, { reasons: [{ code, message, path }] })
  if (times.length === 0)
    throw refuse(
      'no-times',
      'The rule names no time that can be booked: all are past, excluded, or too far ahead.',
      '/rule',
    )
  const overlapping = times.find(({ endMs }, index) => (times[index + 1]?.startMs ?? Number.POSITIVE_INFINITY) < endMs)
  if (overlapping)
    throw refuse(
      'overlaps-itself',
      `The time at ${instantOf(overlapping.startMs)} lasts into the next one. Shorten it, or book less often.`,
      '/durationMinutes',
    )
  return times
}

type Time = Series['times'][number]
type Held = { readonly time: Time; readonly reasons: readonly Reason[] }

const holdOne = async (
  { workspaceId, actor, role, groups, series }: NewSeries,
  seriesId: SeriesId,
  span: { readonly startMs: number; readonly endMs: number },
  world: SeriesWorld,
): Promise<Held> => {
  const [start, end] = [instantOf(span.startMs), instantOf(span.endMs)]
  const { assets, setup, project, note } = series
  const booking: Booking = {
    workspaceId,
    actor,
    role,
    groups,
    assets,
    start,
    end,
    setup,
    project,
    note,
    holdMinutes,
    seriesId,
  }
  const id: ReservationId = `res_${world.ids.unique()}`
  try {
    await transact(world, () => bookingChanges(booking, id, world))
    return { time: { start, end, reservationId: id }, reasons: [] }
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'unavailable') throw error
    const reasons = error.reasons.map((reason) => ({ ...reason, facts: { ...reason.facts, start, end } }))
    return { time: { start, end, problem: error.message.slice(0, 1_000) }, reasons }
  }
}

const giveAllBack = async (
  { workspaceId, actor, role }: NewSeries,
  held: readonly Held[],
  world: SeriesWorld,
): Promise<void> => {
  for (const { time } of held)
    if (time.reservationId)
      await giveBack(
        { workspaceId, id: time.reservationId, actor, role, note: 'Another time of the series could not be had.' },
        world,
      )
}

/**
 * Books every time of a rule, or the times that can be had with a report of the others. Each time is held first; when all are
 * there the series stands, and they are confirmed. What a crash leaves behind before that expires by itself, and after that is
 * confirmed by the timekeeper; so it is all or nothing, over more times than one transaction takes.
 * @throws Refusal `invalid`, `against_rules`, `asset_busy` with the reasons of every time that cannot be had
 */
export const createSeries = async (input: NewSeries, world: SeriesWorld): Promise<Series> => {
  const { workspaceId, actor, series } = input
  const nowMs = world.clock.now()
  const id: SeriesId = `ser_${world.ids.unique()}`
  const held: Held[] = []
  for (const span of expand(input, nowMs)) held.push(await holdOne(input, id, span, world))
  const problems = held.flatMap(({ reasons }) => reasons)
  const failed = held.filter(({ time }) => time.problem !== undefined)
  if (failed.length > 0 && (series.mode === 'all' || failed.length === held.length)) {
    await giveAllBack(input, held, world)
    throw new Refusal(
      'against_rules',
      `Nothing was booked: ${failed.length} of ${held.length} time(s) cannot be had. The first: ${failed[0]?.time.problem} Leave them out, or book the best with mode "best".`,
      { reasons: problems.slice(0, 50) },
    )
  }
  const subject = actorName(actor)
  const { startAt = instantOf(nowMs), ...rest } = series
  const value = {
    ...Object.fromEntries(Object.entries(rest).filter(([, field]) => field !== undefined)),
    workspaceId,
    id,
    subject,
    startAt,
    status: 'active',
    times: held.map(({ time }) => time),
    version: 1,
    createdAt: instantOf(nowMs),
    createdBy: subject,
  } as Series
  const committed = await world.store.commit([
    { type: 'put', kind: 'series', value, expect: 'absent' },
    auditOf(world, { workspaceId, subject: id, action: 'series.created', actor, after: value }),
  ])
  if (!committed.committed) throw new Refusal('contended', 'Nothing was booked; try again.')
  // Now that the series stands, the timekeeper confirms its times within minutes, whatever happens here.
  for (const { time } of held) {
    const { reservationId } = time
    if (reservationId)
      await apart(
        reservationId,
        () => confirmTime({ workspaceId, id: reservationId }, world),
        () => undefined,
      )
  }
  return value
}
