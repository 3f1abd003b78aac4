import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, type Reason, Refusal } from '#domain/errors.ts'
import type { ProtocolId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import type { Rule } from '#domain/schedules/rule.ts'
import { type RunSettings, type Schedule, type ScheduleStats, windowOf } from '#domain/schedules/schedule.ts'
import { wallAt } from '#domain/schedules/zone.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { changeDocument, createDocument } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { armingChange, settleArming } from './arm-schedule.ts'
import { checkRule } from './check-rule.ts'

type ScheduleWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'parameters'>
type Active = Extract<Schedule, { status: 'active' }>
type Common = Omit<Active, 'status'>
type Address = { readonly workspaceId: WorkspaceId; readonly id: ScheduleId; readonly actor: Actor }

export type NewSchedule = {
  readonly name: string
  readonly protocolId: ProtocolId
  readonly parameters: Schedule['parameters']
  readonly rule: Rule
  readonly timeZone: string
  readonly startAt?: string | undefined
  readonly endAt?: string | undefined
  readonly overlap: Schedule['overlap']
  readonly settings: RunSettings
  readonly tags: readonly string[]
}

/** What a person should see of a schedule that cannot be armed right now: it stands, and the sweeper arms it. */
const settleSoon = async (schedule: Schedule, world: ScheduleWorld): Promise<void> => {
  try {
    await settleArming(schedule.workspaceId, schedule.id, world)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

const checkParameters = async (
  workspaceId: WorkspaceId,
  protocolId: ProtocolId,
  parameters: unknown,
  world: ScheduleWorld,
): Promise<void> => {
  const protocol = await world.store.get('protocol', { workspaceId, id: protocolId })
  const refuse = (message: string, reasons: readonly Reason[]) => new Refusal('invalid', message, { reasons })
  if (!protocol)
    throw refuse(
      `There is no protocol ${protocolId} in this workspace. Create it first, or list them to see which there are.`,
      [{ code: 'unknown-protocol', message: 'no such protocol in this workspace', path: '/protocolId' }],
    )
  if (protocol.status !== 'active')
    throw refuse(`Protocol "${protocol.name}" is archived.`, [
      { code: 'protocol-archived', message: 'archived', path: '/protocolId' },
    ])
  const reasons = protocol.parametersSchema ? world.parameters.check(protocol.parametersSchema, parameters) : []
  if (reasons.length > 0)
    throw refuse(`The parameters do not fit protocol "${protocol.name}". See the reasons.`, reasons)
}

/**
 * Creates a schedule: the row with its arming pending, then the entry at EventBridge Scheduler, then the mark that it is
 * settled. If the second step is lost, the sweeper does it.
 * @throws Refusal `invalid` with all reasons
 */
export const createSchedule = async (
  input: { workspaceId: WorkspaceId; actor: Actor; schedule: NewSchedule },
  world: ScheduleWorld,
): Promise<Schedule> => {
  const { workspaceId, actor, schedule } = input
  const nowMs = world.clock.now()
  const at = instantOf(nowMs)
  const by = actorName(actor)
  const checked = checkRule(
    { rule: schedule.rule, timeZone: schedule.timeZone, startAt: schedule.startAt ?? at, endAt: schedule.endAt },
    nowMs,
  )
  await checkParameters(workspaceId, schedule.protocolId, schedule.parameters, world)
  const { endAt: _end, startAt: _start, ...rest } = schedule
  const value: Active = {
    workspaceId,
    id: `sch_${world.ids.unique()}`,
    ...rest,
    tags: [...schedule.tags],
    rule: checked.rule,
    timeZone: checked.timeZone,
    startAt: checked.startAt,
    ...(checked.endAt !== undefined && { endAt: checked.endAt }),
    status: 'active',
    generation: 1,
    version: 1,
    createdAt: at,
    createdBy: by,
    updatedAt: at,
    updatedBy: by,
  }
  const created = await createDocument('schedule', value, actor, world, [armingChange(value, undefined)])
  await settleSoon(created, world)
  return created
}

/** One person's change that the entry at EventBridge Scheduler has to follow. */
const changeAndArm = async (
  of: Address & {
    version: number | undefined
    action: string
    note?: string | undefined
    change: (current: Schedule) => Promise<Schedule> | Schedule
  },
  world: ScheduleWorld,
): Promise<Schedule> => {
  const by = actorName(of.actor)
  const after = await changeDocument(
    'schedule',
    {
      ...of,
      change: async (current) => {
        const wanted = await of.change(current)
        if (wanted === current) return current
        return { ...wanted, generation: current.generation + 1, updatedAt: instantOf(world.clock.now()), updatedBy: by }
      },
      more: async (schedule) => {
        const arming = await world.store.get('arming', { workspaceId: schedule.workspaceId, scheduleId: schedule.id })
        return [armingChange(schedule, arming)]
      },
    },
    world,
  )
  await settleSoon(after, world)
  return after
}

const common = (schedule: Schedule): Common => {
  const { status: _status, stopped: _stopped, ...rest } = schedule as Common & { status: string; stopped?: unknown }
  return rest
}

const cannot = (schedule: Schedule, what: string, instead: string): Refusal =>
  new Refusal('invalid_state', `Schedule "${schedule.name}" is ${schedule.status} and cannot be ${what}. ${instead}`, {
    current: schedule,
  })

export type SchedulePatch = Patch<Omit<NewSchedule, 'protocolId' | 'endAt' | 'startAt'> & { startAt: string }> & {
  readonly endAt?: string | null | undefined
}

/** @throws Refusal `not_found`, `stale_version`, `invalid`, `invalid_state` */
export const changeSchedule = (
  input: Address & { version: number | undefined; patch: SchedulePatch },
  world: ScheduleWorld,
): Promise<Schedule> =>
  changeAndArm(
    {
      ...input,
      action: 'schedule.changed',
      change: async (current) => {
        if (current.status === 'archived') throw cannot(current, 'changed', 'Create a new one.')
        const { endAt, tags, ...patch } = input.patch
        const { endAt: oldEnd, ...kept } = current
        const end = endAt === undefined ? oldEnd : (endAt ?? undefined)
        const merged = {
          ...applied(kept as Schedule, { ...patch, ...(tags && { tags: [...tags] }) } as Patch<Schedule>),
          ...(end !== undefined && { endAt: end }),
        }
        const timing = input.patch.rule ?? input.patch.timeZone ?? input.patch.startAt ?? endAt
        if (input.patch.parameters)
          await checkParameters(input.workspaceId, current.protocolId, merged.parameters, world)
        if (timing === undefined) return merged
        const { rule } = checkRule(
          { rule: merged.rule, timeZone: merged.timeZone, startAt: merged.startAt, endAt: merged.endAt },
          world.clock.now(),
        )
        const again = { ...merged, rule }
        return again.status === 'completed' ? { ...common(again), status: 'active' } : again
      },
    },
    world,
  )

type Noted = Address & { readonly note: string }

const stop = (
  status: 'paused' | 'archived',
  action: string,
  input: Noted & { version?: number | undefined },
  allowed: readonly Schedule['status'][],
  world: ScheduleWorld,
) =>
  changeAndArm(
    {
      ...input,
      version: input.version,
      action,
      change: (current) => {
        if (current.status === status) return current
        if (!allowed.includes(current.status)) throw cannot(current, status, 'Look at its status first.')
        const stopped = { note: input.note, since: instantOf(world.clock.now()), by: actorName(input.actor) }
        return { ...common(current), status, stopped }
      },
    },
    world,
  )

/** Nothing of it starts until it is resumed (I10). Pausing twice is success. */
export const pauseSchedule = (input: Noted, world: ScheduleWorld): Promise<Schedule> =>
  stop('paused', 'schedule.paused', input, ['active'], world)

/** Soft delete. Archiving twice is success. */
export const archiveSchedule = (
  input: Noted & { version: number | undefined },
  world: ScheduleWorld,
): Promise<Schedule> =>
  stop('archived', 'schedule.archived', input, ['active', 'paused', 'recovery', 'completed'], world)

const restart = (
  from: 'paused' | 'recovery',
  action: string,
  input: Address & { note?: string | undefined },
  world: ScheduleWorld,
) =>
  changeAndArm(
    {
      ...input,
      version: undefined,
      action,
      change: (current) => {
        if (current.status === 'active') return current
        if (current.status !== from)
          throw cannot(
            current,
            from === 'paused' ? 'resumed' : 'recovered',
            from === 'paused'
              ? 'Only a paused schedule can be resumed.'
              : 'Only a schedule in recovery can be recovered.',
          )
        const next = timesAfter(current.rule, world.clock.now(), windowOf(current)).next()
        return { ...common(current), status: next.done ? 'completed' : 'active' }
      },
    },
    world,
  )

/** Fires again from its next time on; what was missed is not made up. @throws Refusal `invalid_state` (not paused) */
export const resumeSchedule = (input: Address, world: ScheduleWorld): Promise<Schedule> =>
  restart('paused', 'schedule.resumed', input, world)

/** A person has looked: the schedule may fire again. @throws Refusal `invalid_state` (not in recovery) */
export const recoverSchedule = (input: Noted, world: ScheduleWorld): Promise<Schedule> =>
  restart('recovery', 'schedule.recovered', input, world)

/** Removes the row for good; runs and history stay. @throws Refusal `not_found`, `stale_version`, `invalid_state` (a live run) */
export const deleteSchedule = async (
  input: Address & { version: number | undefined },
  world: ScheduleWorld,
): Promise<void> => {
  const { workspaceId, id, actor, version } = input
  await transact<void>(world, async () => {
    const current = await world.store.get('schedule', { workspaceId, id })
    if (!current) throw notFound('schedule', id)
    if (version !== undefined && current.version !== version)
      throw new Refusal(
        'stale_version',
        'The schedule changed since you read it. Read it again, then delete it with its new ETag.',
        { current },
      )
    const live = await world.store.liveRunsOfSchedule(workspaceId, id)
    if (live.length > 0)
      throw new Refusal(
        'invalid_state',
        `${live.length} run(s) of it have not ended: ${live.map((run) => run.id).join(', ')}. Abort them or wait, then delete it.`,
        { current },
      )
    const arming = await world.store.get('arming', { workspaceId, scheduleId: id })
    return {
      changes: [
        { type: 'remove', kind: 'schedule', key: { workspaceId, id }, expect: current.version },
        auditOf(world, { workspaceId, subject: id, action: 'schedule.deleted', actor, before: current, after: {} }),
        armingChange(current, arming),
      ],
      result: undefined,
    }
  })
  try {
    await settleArming(workspaceId, id, world)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

export type ScheduleDetail = {
  readonly schedule: Schedule
  readonly nextTimes: { utc: string; local: string }[]
  readonly statistics: ScheduleStats
}

const nextShown = 5

/** @throws Refusal `not_found` */
export const getSchedule = async (
  input: { workspaceId: WorkspaceId; id: ScheduleId },
  world: Pick<World, 'store' | 'clock'>,
): Promise<ScheduleDetail> => {
  const { workspaceId, id } = input
  const schedule = await world.store.get('schedule', { workspaceId, id })
  if (!schedule) throw notFound('schedule', id)
  const statistics = (await world.store.get('scheduleStats', { workspaceId, scheduleId: id })) ?? {
    workspaceId,
    scheduleId: id,
    runs: 0,
    byOutcome: {},
  }
  const times =
    schedule.status === 'active'
      ? timesAfter(schedule.rule, world.clock.now(), windowOf(schedule)).take(nextShown).toArray()
      : []
  const local = (ms: number) =>
    `${new Date(wallAt(schedule.timeZone, ms)).toISOString().slice(0, 19)} ${schedule.timeZone}`
  return { schedule, nextTimes: times.map((ms) => ({ utc: instantOf(ms), local: local(ms) })), statistics }
}
