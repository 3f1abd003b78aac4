import type { Actor } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { changeDocument, type Expected } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'

/** Another name, or another time for which runs are kept. @throws Refusal `not_found`, `stale_version` */
export const changeWorkspace = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly version: Expected
    readonly patch: Patch<
      Pick<Workspace, 'name' | 'retentionDays' | 'maxConcurrentRuns' | 'holdOnRecovery' | 'exportForgotten'>
    >
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Workspace> =>
  changeDocument(
    'workspace',
    {
      ...input,
      id: input.workspaceId,
      action: 'workspace.changed',
      change: (current) => applied<Workspace>(current, input.patch as Patch<Workspace>),
    },
    world,
  )
