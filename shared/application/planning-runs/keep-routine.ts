import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { PlanningRoutineId, WorkspaceId } from '#domain/ids.ts'
import type { PlanningRoutine } from '#domain/planning-runs/routine.ts'
import { canonicalCron } from '#domain/schedules/canonical-cron.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { type Instant, instantOf, minutes } from '#domain/time.ts'
import { changeDocument, createDocument, type Expected, made, touched } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import { checkAsk } from '../plans/ask-of-batch.ts'
import type { World } from '../world.ts'
import { armSoon } from './arm-routine.ts'

type Fields = Pick<PlanningRoutine, 'name' | 'cron' | 'timeZone' | 'ask'>
type RoutineWorld = Pick<World, 'store' | 'clock' | 'ids' | 'routines'>

/** Routines of a workspace that have not ended. */
const mostRoutines = 20

/** A routine does not plan more often: each of its runs has a processor of its own for minutes. */
const leastMinutes = 15
/** Times of a rule that are looked at for that: more than a day of them. */
const lookedAt = 100

const tooOften = (expression: string, nowMs: number): boolean => {
  const times = nextTimes({ kind: 'cron', expression }, nowMs, { startMs: 0, zone: 'UTC' }, lookedAt)
  return times.some((at, index) => at - (times[index - 1] ?? Number.NEGATIVE_INFINITY) < minutes(leastMinutes))
}

/** @throws Refusal `invalid` with all reasons */
const canonical = (cron: string, nowMs: number): string => {
  const read = canonicalCron(cron)
  if (read.ok && !tooOften(read.expression, nowMs)) return read.expression
  const often = { code: 'too-often', message: `a routine plans every ${leastMinutes} minutes at most` }
  const reasons = (read.ok ? [often] : read.reasons).map((reason) => ({ ...reason, path: '/cron' }))
  throw new Refusal('invalid', 'The routine has no rule by which it could plan; every problem of it is listed.', {
    reasons,
  })
}

/** The next times at which a routine plans. */
export const nextOf = ({ status, cron, timeZone }: PlanningRoutine, nowMs: number, count: number): Instant[] =>
  status === 'active'
    ? nextTimes({ kind: 'cron', expression: cron }, nowMs, { startMs: 0, zone: timeZone }, count).map(instantOf)
    : []

/** @throws Refusal `not_found` */
export const routineOf = async (
  workspaceId: WorkspaceId,
  id: PlanningRoutineId,
  { store }: Pick<World, 'store'>,
): Promise<PlanningRoutine> => {
  const routine = await store.get('planningRoutine', { workspaceId, id })
  if (!routine) throw notFound('planning routine', id)
  return routine
}

/** Makes a routine, and its entry at EventBridge Scheduler. @throws Refusal `invalid` with all reasons, `limit_exceeded` */
export const createRoutine = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly routine: Fields },
  world: RoutineWorld,
): Promise<PlanningRoutine> => {
  const { workspaceId, actor, routine } = input
  const there = await world.store.list('planningRoutine', workspaceId, { limit: 100 })
  if (there.items.filter(({ status }) => status !== 'ended').length >= mostRoutines)
    throw new Refusal('limit_exceeded', `A workspace has ${mostRoutines} planning routines at most. End one first.`)
  await checkAsk({ ...routine.ask, workspaceId }, world, '/ask')
  const value: PlanningRoutine = {
    workspaceId,
    id: `rtn_${world.ids.unique()}`,
    ...routine,
    cron: canonical(routine.cron, world.clock.now()),
    status: 'active',
    generation: 1,
    ...made(actor, world),
  }
  await createDocument('planningRoutine', value, actor, world)
  await armSoon(workspaceId, value.id, world)
  return value
}

/**
 * Changes a routine, pauses it, or ends it for good.
 * @throws Refusal `not_found`, `stale_version`, `invalid` with all reasons, `invalid_state` (it has ended)
 */
export const changeRoutine = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: PlanningRoutineId
    readonly actor: Actor
    readonly version: Expected
    readonly patch: Patch<Fields & Pick<PlanningRoutine, 'status'>>
  },
  world: RoutineWorld,
): Promise<PlanningRoutine> => {
  const { workspaceId, id, actor, version, patch } = input
  if (patch.ask) await checkAsk({ ...patch.ask, workspaceId }, world, '/ask')
  const cron = patch.cron === undefined ? undefined : canonical(patch.cron, world.clock.now())
  const changed = await changeDocument(
    'planningRoutine',
    {
      workspaceId,
      id,
      actor,
      version,
      action: 'planningRoutine.changed',
      change: (current) => {
        const after = applied<PlanningRoutine>(current, { ...patch, cron })
        if (after === current) return current
        if (current.status === 'ended')
          throw new Refusal('invalid_state', `Routine "${current.name}" has ended; make a new one.`, { current })
        return { ...after, generation: current.generation + 1, ...touched(actor, world) }
      },
    },
    world,
  )
  await armSoon(workspaceId, id, world)
  return changed
}
