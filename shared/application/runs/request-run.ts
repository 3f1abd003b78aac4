import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { ProtocolId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { mayRun } from '#domain/runs/may-run.ts'
import type { Run } from '#domain/runs/run.ts'
import type { RunSettings, Schedule } from '#domain/schedules/schedule.ts'
import { stopFor } from '#domain/workspaces/stop.ts'
import type { World } from '../world.ts'
import { runOfRequest } from './open-run.ts'
import { runChange } from './record.ts'

export type RunRequest = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly source:
    | { readonly kind: 'schedule'; readonly scheduleId: ScheduleId }
    | { readonly kind: 'protocol'; readonly protocolId: ProtocolId; readonly settings: RunSettings }
  /** Instead of the schedule's parameters, or those of a protocol run. */
  readonly parameters?: Run['work']['parameters'] | undefined
  /** Instead of that of the settings. 1 to 5; 5 is most urgent. */
  readonly priority?: number | undefined
}

type Source = {
  readonly schedule?: Schedule
  readonly protocolId: ProtocolId
  readonly settings: RunSettings
}

const sourceOf = async ({ workspaceId, source }: RunRequest, world: Pick<World, 'store'>): Promise<Source> => {
  if (source.kind === 'protocol') return source
  const schedule = await world.store.get('schedule', { workspaceId, id: source.scheduleId })
  if (!schedule) throw notFound('schedule', source.scheduleId)
  if (!mayRun(schedule, { kind: 'person' }))
    throw new Refusal(
      'invalid_state',
      `Schedule "${schedule.name}" is ${schedule.status}; a run of it would not start. Resume or recover it first, or start its protocol by itself with POST …/runs.`,
      { current: schedule },
    )
  return { schedule, protocolId: schedule.protocolId, settings: schedule.settings }
}

/**
 * Records a run that a person wants now, and starts its execution. The row comes first: if the start is lost, the sweeper
 * repeats it under the same name.
 * @throws Refusal `not_found`, `invalid` (parameters), `invalid_state` (schedule or protocol cannot run)
 */
export const requestRun = async (
  request: RunRequest,
  world: Pick<World, 'store' | 'clock' | 'ids' | 'workflows' | 'parameters'>,
): Promise<Run> => {
  const { workspaceId, actor } = request
  const { schedule, protocolId, settings } = await sourceOf(request, world)
  const protocol = await world.store.get('protocol', { workspaceId, id: protocolId })
  if (!protocol) throw notFound('protocol', protocolId)
  if (protocol.status !== 'active')
    throw new Refusal(
      'invalid_state',
      `Protocol "${protocol.name}" is archived. Make a new one, or restore it, to run it.`,
    )
  const workspace = await world.store.get('workspace', { id: workspaceId })
  const stop = stopFor(workspace?.stops, schedule?.tags)
  if (stop)
    throw new Refusal(
      'invalid_state',
      `${stop.by} switched ${stop.tag === undefined ? 'the workspace' : `everything tagged "${stop.tag}"`} off at ${stop.since}: ${stop.note} Release the switch first.`,
    )
  const parameters = request.parameters ?? schedule?.parameters ?? {}
  const reasons = protocol.parametersSchema ? world.parameters.check(protocol.parametersSchema, parameters) : []
  if (reasons.length > 0)
    throw new Refusal('invalid', `The parameters do not fit protocol "${protocol.name}". See the reasons.`, { reasons })

  const run = runOfRequest({
    protocol,
    schedule,
    subject: actorName(actor),
    parameters,
    settings: { ...settings, ...(request.priority !== undefined && { priority: request.priority }) },
    unique: world.ids.unique(),
    nowMs: world.clock.now(),
  })
  const committed = await world.store.commit(runChange(world, undefined, run, 'run.requested', actor))
  if (!committed.committed)
    throw new Refusal('contended', 'This run could not be recorded; nothing was started. Try again.')
  try {
    await world.workflows.startRun(run.id, workspaceId, run.id)
  } catch (error) {
    // The row stands; the sweeper starts what was recorded and never began.
    if (!(error instanceof Refusal)) throw error
  }
  return run
}
