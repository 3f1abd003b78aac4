import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { type RosterSettings, usualSettings } from '#domain/verification/settings.ts'
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

/** Settles it, all of it at once. @throws Refusal `stale_version` (with what holds) */
export const setRosterSettings = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly version: Expected
    readonly settings: Pick<RosterSettings, 'workload' | 'verification'>
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<RosterSettings> => {
  const { workspaceId, actor, version, settings } = input
  return transact<RosterSettings>(world, async () => {
    const before = await rosterSettingsOf(workspaceId, world)
    const isFirst = before.version === 0
    if (version !== 'any' && before.version !== version) throw staleVersion('settings', before)
    const wanted = { ...before, ...settings }
    if (!isFirst && JSON.stringify(wanted) === JSON.stringify(before)) return { changes: [], result: before }
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
