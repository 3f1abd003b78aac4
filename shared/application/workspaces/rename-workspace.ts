import type { Actor } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { changeDocument, type Expected } from '../common/change-document.ts'
import { applied } from '../common/patch.ts'
import type { World } from '../world.ts'

/** @throws Refusal `not_found`, `stale_version` */
export const renameWorkspace = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly version: Expected
    readonly name: string
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Workspace> =>
  changeDocument(
    'workspace',
    {
      ...input,
      id: input.workspaceId,
      action: 'workspace.renamed',
      change: (current) => applied(current, { name: input.name }),
    },
    world,
  )
