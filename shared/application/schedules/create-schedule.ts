import type { Actor } from '#domain/audit/entry.ts'
import type { ProtocolId, WorkspaceId } from '#domain/ids.ts'
import type { Rule } from '#domain/schedules/rule.ts'
import type { RunSettings, Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import { createDocument, made } from '../common/change-document.ts'
import type { World } from '../world.ts'
import { armingChange, settleSoon } from './arm-schedule.ts'
import { checkParameters } from './check-parameters.ts'
import { checkRule } from './check-rule.ts'

export type NewSchedule = {
  readonly name: string
  readonly protocolId: ProtocolId
  readonly parameters: Schedule['parameters']
  readonly rule: Rule
  readonly timeZone: string
  /** Anchor of a rate and first moment that may fire; now, where it is left out. */
  readonly startAt?: string | undefined
  readonly endAt?: string | undefined
  readonly exclusions?: Schedule['exclusions']
  readonly overlap: Schedule['overlap']
  readonly settings: RunSettings
  readonly tags: string[]
}

/**
 * Creates a schedule: the row with its arming pending, then the entry at EventBridge Scheduler, then the mark that it is
 * settled. If the second step is lost, the sweeper does it.
 * @throws Refusal `invalid` with all reasons
 */
export const createSchedule = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly schedule: NewSchedule },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'parameters'>,
): Promise<Schedule> => {
  const { workspaceId, actor, schedule } = input
  const { rule, timeZone, startAt, endAt, ...rest } = schedule
  const nowMs = world.clock.now()
  const checked = checkRule(
    { rule, timeZone, startAt: startAt ?? instantOf(nowMs), endAt, exclusions: rest.exclusions },
    nowMs,
  )
  await checkParameters({ workspaceId, ...rest }, world)
  const value: Schedule = {
    workspaceId,
    id: `sch_${world.ids.unique()}`,
    ...rest,
    rule: checked.rule,
    timeZone,
    startAt: checked.startAt,
    ...(endAt !== undefined && { endAt }),
    status: 'active',
    generation: 1,
    ...made(actor, world),
  }
  const created = await createDocument('schedule', value, actor, world, [
    armingChange(value, undefined, value.createdAt),
  ])
  await settleSoon(created, world)
  return created
}
