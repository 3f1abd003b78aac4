import { type Actor, changesBetween, type Json } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import { type ScheduleId, scheduleIdSchema, type WorkspaceId } from '#domain/ids.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import type { World } from '../world.ts'
import { changeSchedule, patched } from './change-schedule.ts'
import { checkParameters } from './check-parameters.ts'
import { checkTiming } from './check-schedule.ts'
import { createSchedule, type NewSchedule } from './create-schedule.ts'
import { resumeSchedule } from './restart-schedule.ts'
import { restoreSchedule } from './restore-schedule.ts'
import { fieldsOf, replacement } from './schedule-fields.ts'
import { archiveSchedule } from './stop-schedule.ts'

/** A schedule as a file tells it: everything that a person says of it, under a name that stays. */
export type FileSchedule = NewSchedule & { readonly externalName: string }

type Applied = {
  externalName: string
  scheduleId?: ScheduleId
  action: 'create' | 'change' | 'restore' | 'archive' | 'unchanged' | 'refused'
  /** Fields as they are, and as they will be or have become. */
  changes?: Record<string, { from: Json; to: Json }>
  message?: string
  reasons?: Reason[]
}
export type ApplyReport = { applied: boolean; items: Applied[] }

export type ApplyInput = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly schedules: readonly FileSchedule[]
  /** Schedules whose external name begins so, and which the file does not hold, are archived. */
  readonly pruneUnder?: string | undefined
  readonly dryRun: boolean
}

type ApplyWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'parameters'>

const diffOf = (before: Schedule, after: Schedule): Applied['changes'] => {
  const [old, now] = [fieldsOf(before), fieldsOf(after)] as unknown as Record<string, Json>[]
  const changes = changesBetween(old ?? {}, now ?? {})
  return Object.fromEntries(
    Object.keys(changes).map((field) => [field, { from: old?.[field] ?? null, to: now?.[field] ?? null }]),
  )
}

type Planned = Applied & { readonly run?: () => Promise<ScheduleId> }

const planOne = async (file: FileSchedule, input: ApplyInput, world: ApplyWorld): Promise<Planned> => {
  const { workspaceId, actor } = input
  const { externalName } = file
  const owner = await world.store.get('externalName', { workspaceId, id: externalName })
  // A schedule without an external name is exported under its id, and takes that as its name.
  const id = owner?.scheduleId ?? scheduleIdSchema.safeParse(externalName).data
  const current = id && (await world.store.get('schedule', { workspaceId, id }))
  if (!current) {
    const startAt = file.startAt ?? new Date(world.clock.now()).toISOString()
    await checkTiming({ workspaceId, ...file, startAt } as Schedule, world)
    await checkParameters({ workspaceId, ...file }, world)
    return {
      externalName,
      action: 'create',
      run: async () => (await createSchedule({ workspaceId, actor, schedule: file }, world)).id,
    }
  }
  const patch = replacement(file)
  const address = { workspaceId, id: current.id, actor, version: 'any' as const, note: 'From a file of schedules.' }
  const known = { externalName, scheduleId: current.id }
  const archived = current.status === 'archived'
  const after = await patched(current, patch, world)
  if (after === current && !archived) return { ...known, action: 'unchanged' }
  return {
    ...known,
    action: archived ? 'restore' : 'change',
    changes: diffOf(current, after) ?? {},
    run: async () => {
      if (archived) await restoreSchedule(address, world)
      await changeSchedule({ ...address, patch }, world)
      if (archived) await resumeSchedule(address, world)
      return current.id
    },
  }
}

/** Those that the file no longer holds. */
const planPruning = async (input: ApplyInput, world: ApplyWorld): Promise<Planned[]> => {
  const { workspaceId, actor, pruneUnder } = input
  if (pruneUnder === undefined) return []
  const named = new Set(input.schedules.map(({ externalName }) => externalName))
  const planned: Planned[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.list('externalName', workspaceId, { limit: 100, cursor })
    const gone = page.items.filter(({ id }) => id.startsWith(pruneUnder) && !named.has(id))
    const schedules = await world.store.getMany(
      'schedule',
      gone.map(({ scheduleId }) => ({ workspaceId, id: scheduleId })),
    )
    for (const [index, { id: externalName, scheduleId }] of gone.entries()) {
      const schedule = schedules[index]
      if (!schedule || schedule.status === 'archived') continue
      const note = 'No longer in the file of schedules.'
      planned.push({
        externalName,
        scheduleId,
        action: 'archive',
        run: async () =>
          (await archiveSchedule({ workspaceId, id: scheduleId, actor, version: 'any', note }, world)).id,
      })
    }
    cursor = page.next
  } while (cursor !== undefined)
  return planned
}

const refused = (externalName: string, error: unknown): Planned => {
  if (!(error instanceof Refusal)) throw error
  return { externalName, action: 'refused', message: error.message, reasons: [...error.reasons] }
}

const told = ({ run: _run, ...item }: Planned): Applied => item

/**
 * Makes the schedules of a workspace as a file tells them, each known by its external name; applied again it changes nothing.
 * Everything is checked first: where one is refused, none is changed.
 * @throws Refusal `invalid` where a name stands in the file twice
 */
export const applySchedules = async (input: ApplyInput, world: ApplyWorld): Promise<ApplyReport> => {
  const names = input.schedules.map(({ externalName }) => externalName)
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (twice >= 0)
    throw new Refusal('invalid', `The external name "${names[twice]}" stands in the file twice.`, {
      reasons: [{ code: 'name-twice', message: 'stands there twice', path: `/schedules/${twice}/externalName` }],
    })
  const planned: Planned[] = []
  for (const file of input.schedules)
    planned.push(await planOne(file, input, world).catch((error: unknown) => refused(file.externalName, error)))
  planned.push(...(await planPruning(input, world)))
  if (input.dryRun || planned.some(({ action }) => action === 'refused'))
    return { applied: false, items: planned.map(told) }
  const items: Applied[] = []
  for (const plan of planned) {
    try {
      const scheduleId = await plan.run?.()
      items.push({ ...told(plan), ...(scheduleId !== undefined && { scheduleId }) })
    } catch (error) {
      items.push(told(refused(plan.externalName, error)))
    }
  }
  return { applied: true, items }
}
