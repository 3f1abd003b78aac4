import { notFound, Refusal } from '#domain/errors.ts'
import type { Holding } from '#domain/holds/holding.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, staleVersion } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { armingChange, settleSoon } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { ofSlot, type ScheduleAddress } from './change-and-arm.ts'

/** What is held for it is given back at the next look. */
const heldNoMore = (holding: Holding, world: Pick<World, 'clock'>): Change => ({
  type: 'put',
  kind: 'holding',
  value: { ...holding, dueAt: instantOf(world.clock.now()), version: holding.version + 1 },
  expect: holding.version,
})

/** Removes the row for good; runs and history stay. @throws Refusal `not_found`, `stale_version`, `invalid_state` (a live run) */
export const deleteSchedule = async (
  input: ScheduleAddress & { readonly version: Expected; readonly note?: string | undefined },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>,
): Promise<void> => {
  const { workspaceId, id, actor, version, note } = input
  await transact<void>(world, async () => {
    const current = await world.store.get('schedule', { workspaceId, id })
    if (!current) throw notFound('schedule', id)
    if (version !== 'any' && current.version !== version) throw staleVersion('schedule', current)
    ofSlot(current)
    const live = await world.store.liveRunsOfSchedule(workspaceId, id)
    if (live.length > 0)
      throw new Refusal(
        'invalid_state',
        `${live.length} run(s) of it have not ended: ${live.map((run) => run.id).join(', ')}. Abort them or wait, then delete it.`,
        { current },
      )
    const { externalName } = current
    const name =
      externalName === undefined ? undefined : await world.store.get('externalName', { workspaceId, id: externalName })
    const arming = await world.store.get('arming', { workspaceId, scheduleId: id })
    const holding = await world.store.get('holding', { workspaceId, scheduleId: id })
    return {
      changes: [
        { type: 'remove', kind: 'schedule', key: { workspaceId, id }, expect: current.version },
        auditOf(world, {
          workspaceId,
          subject: id,
          action: 'schedule.deleted',
          actor,
          before: current,
          after: {},
          note,
        }),
        armingChange(current, arming),
        ...(holding ? [heldNoMore(holding, world)] : []),
        ...(name ? [{ type: 'remove' as const, kind: 'externalName' as const, key: name, expect: name.version }] : []),
      ],
      result: undefined,
    }
  })
  await settleSoon({ workspaceId, id }, world)
}
