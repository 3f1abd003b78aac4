import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { type RosterSettings, type SettingsChange, usualSettings } from '#domain/verification/settings.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, staleVersion } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'

/** What is settled for the people of a workspace; the usual, where nobody settled anything. */
export const rosterSettingsOf = async (
  workspaceId: WorkspaceId,
  { store }: Pick<World, 'store'>,
): Promise<RosterSettings> =>
  (await store.get('rosterSettings', { workspaceId, id: 'roster-settings' })) ?? usualSettings(workspaceId)

/** Laid over what holds, group by group. @throws Refusal `invalid` */
const laidOver = (before: RosterSettings, change: SettingsChange): RosterSettings => {
  const given = <T extends object>(of: T | undefined) =>
    Object.fromEntries(Object.entries(of ?? {}).filter(([, value]) => value !== undefined))
  const workload = { ...before.workload, ...given(change.workload) }
  if (workload.high >= workload.overloaded)
    throw new Refusal('invalid', 'The thresholds leave no room for `high`. Nothing was changed.', {
      reasons: [{ code: 'order', message: '`overloaded` must be more than `high`', path: '/workload/overloaded' }],
    })
  return { ...before, workload, verification: { ...before.verification, ...given(change.verification) } }
}

/** Changes what is settled; what is left out stays. @throws Refusal `stale_version` (with what holds), `invalid` */
export const changeRosterSettings = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly version: Expected
    readonly change: SettingsChange
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<RosterSettings> => {
  const { workspaceId, actor, version, change } = input
  return transact<RosterSettings>(world, async () => {
    const before = await rosterSettingsOf(workspaceId, world)
    const isFirst = before.version === 0
    if (version !== 'any' && before.version !== version) throw staleVersion('settings', before)
    const wanted = laidOver(before, change)
    if (JSON.stringify(wanted) === JSON.stringify(before)) return { changes: [], result: before }
    const after: RosterSettings = {
      ...wanted,
      version: before.version + 1,
      updatedAt: instantOf(world.clock.now()),
      updatedBy: actorName(actor),
    }
    return {
      changes: [
        { type: 'put', kind: 'rosterSettings', value: after, expect: isFirst ? 'absent' : before.version },
        auditOf(world, {
          workspaceId,
          subject: after.id,
          action: 'roster-settings.changed',
          actor,
          before: isFirst ? undefined : before,
          after,
          tellsBefore: true,
        }),
      ],
      result: after,
    }
  })
}
