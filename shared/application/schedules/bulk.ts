import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import type { World } from '../world.ts'
import { matching, type ScheduleFilter } from './list-schedules.ts'
import { resumeSchedule } from './restart-schedule.ts'
import { archiveSchedule, pauseSchedule } from './stop-schedule.ts'

export type BulkAction = 'pause' | 'resume' | 'archive'

export type BulkReport = {
  items: {
    scheduleId: ScheduleId
    name: string
    result: 'done' | 'would-be-done' | 'unchanged' | 'refused'
    message?: string
  }[]
  /** There are more; send the request again with it. */
  next?: string
}

export type BulkInput = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly action: BulkAction
  readonly filter: ScheduleFilter
  /** Said by a person who means every schedule of the workspace. */
  readonly everything: boolean
  readonly note: string
  readonly until?: string | undefined
  readonly dryRun: boolean
  readonly cursor?: string | undefined
}

type BulkWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'parameters'>

/** Schedules looked at in one request; each change is a transaction and a call to EventBridge Scheduler. */
const pageSize = 25
const mostLooked = 500

const reached: Readonly<Record<BulkAction, Schedule['status']>> = {
  pause: 'paused',
  resume: 'active',
  archive: 'archived',
}
const possible: Readonly<Record<BulkAction, readonly Schedule['status'][]>> = {
  pause: ['active'],
  resume: ['paused'],
  archive: ['active', 'paused', 'recovery', 'completed'],
}

const act = async (schedule: Schedule, input: BulkInput, world: BulkWorld): Promise<BulkReport['items'][number]> => {
  const { workspaceId, actor, action, note, until, dryRun } = input
  const about = { scheduleId: schedule.id, name: schedule.name }
  if (schedule.status === reached[action])
    return { ...about, result: 'unchanged', message: `It is ${schedule.status}.` }
  if (!possible[action].includes(schedule.status))
    return {
      ...about,
      result: 'refused',
      message: `It is ${schedule.status}, from which it cannot be ${reached[action]}.`,
    }
  if (dryRun) return { ...about, result: 'would-be-done' }
  const address = { workspaceId, id: schedule.id, actor, version: 'any' as const, note }
  try {
    if (action === 'pause') await pauseSchedule({ ...address, until }, world)
    else if (action === 'resume') await resumeSchedule(address, world)
    else await archiveSchedule(address, world)
    return { ...about, result: 'done' }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ...about, result: 'refused', message: error.message }
  }
}

/**
 * Pauses, resumes or archives all schedules that a filter means, one after the other, and tells of each what became of it. Done
 * again it changes nothing more. A filter that means everything is refused unless it is said that everything is meant.
 * @throws Refusal `invalid`
 */
export const bulkChange = async (input: BulkInput, world: BulkWorld): Promise<BulkReport> => {
  const { workspaceId, filter } = input
  const unbounded = Object.values(filter).every((value) => value === undefined)
  if (unbounded && !input.everything)
    throw new Refusal(
      'invalid',
      'This filter means every schedule of the workspace. Narrow it, or send "everything": true if you mean that.',
      { reasons: [{ code: 'matches-everything', message: 'the filter is empty', path: '/filter' }] },
    )
  if (input.until !== undefined && input.action !== 'pause')
    throw new Refusal('invalid', 'Only a pause ends by itself; send "until" with the action pause alone.', {
      reasons: [{ code: 'until-without-pause', message: `not with ${input.action}`, path: '/until' }],
    })
  const items: BulkReport['items'] = []
  let { cursor } = input
  for (let looked = 0; looked < mostLooked && items.length < pageSize; looked += pageSize) {
    const page = await world.store.list('schedule', workspaceId, { limit: pageSize, cursor })
    const live = page.items.filter(({ status }) => status !== 'archived' || filter.status === 'archived')
    for (const schedule of await matching(workspaceId, live, filter, world))
      items.push(await act(schedule, input, world))
    cursor = page.next
    if (cursor === undefined) return { items }
  }
  return { items, ...(cursor !== undefined && { next: cursor }) }
}
