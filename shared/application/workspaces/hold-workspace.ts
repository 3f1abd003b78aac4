import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { changeDocument, type Expected } from '../common/change-document.ts'
import type { World } from '../world.ts'

type Holding = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly version: Expected
  readonly note: string
}
type Core = Pick<World, 'store' | 'clock' | 'ids'>

/** From the next transaction on nothing starts; what is due waits, as long as its settings let it. Twice is success. */
export const holdWorkspace = (of: Holding, world: Core): Promise<Workspace> =>
  changeDocument(
    'workspace',
    {
      ...of,
      id: of.workspaceId,
      action: 'workspace.held',
      change: (current) =>
        current.hold
          ? current
          : { ...current, hold: { note: of.note, since: instantOf(world.clock.now()), by: actorName(of.actor) } },
    },
    world,
  )

/** Lets what waits start. Twice is success. */
export const liftHold = (of: Holding, world: Core): Promise<Workspace> =>
  changeDocument(
    'workspace',
    {
      ...of,
      id: of.workspaceId,
      action: 'workspace.lifted',
      change: (current) => {
        if (!current.hold) return current
        const { hold: _hold, ...rest } = current
        return rest
      },
    },
    world,
  )
