import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { RunId } from '#domain/ids.ts'
import type { OpenRecovery, Recovery } from '#domain/recovery/recovery.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import type { Change, World } from '../world.ts'

/** Who clears a recovery, and why it may run again. */
export type ClearNote = {
  readonly actor: Actor
  readonly note: string
  /** How it goes on, where a way was chosen. */
  readonly chosen?: { readonly option: string; readonly continuedBy?: RunId }
}

/** A recovery that is over, with its history entry. */
export const clearedChanges = (
  before: OpenRecovery,
  { actor, note, chosen }: ClearNote,
  world: Pick<World, 'clock' | 'ids'>,
): { changes: Change[]; after: Recovery } => {
  const { decidesAt: _decides, ...rest } = before
  const after: Recovery = {
    ...rest,
    status: 'cleared',
    clearedAt: instantOf(world.clock.now()),
    clearedBy: actorName(actor),
    clearNote: note,
    ...(chosen && { chosen: chosen.option }),
    ...(chosen?.continuedBy && { continuedBy: chosen.continuedBy }),
    version: before.version + 1,
  }
  const { workspaceId, id } = before
  return {
    after,
    changes: [
      { type: 'put', kind: 'recovery', value: after, expect: before.version },
      auditOf(world, { workspaceId, subject: id, action: 'recovery.cleared', actor, before, after, note }),
    ],
  }
}
