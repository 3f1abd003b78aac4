import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { changeDocument, type Expected } from '../common/change-document.ts'
import type { World } from '../world.ts'

type Switch = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly version: Expected
  /** All of the workspace, where it is left out. */
  readonly tag?: string | undefined
  readonly note: string
}
type Core = Pick<World, 'store' | 'clock' | 'ids'>

const mostStops = 50

/**
 * Throws a kill switch: from the next transaction on nothing starts in the workspace, or nothing of the schedules with a tag.
 * What is due is recorded as skipped, with the note; what is driving goes on. Throwing it twice is success.
 */
export const throwSwitch = (input: Switch, world: Core): Promise<Workspace> =>
  changeDocument(
    'workspace',
    {
      ...input,
      id: input.workspaceId,
      action: 'workspace.switched-off',
      change: (current) => {
        const { stops = [] } = current
        if (stops.some(({ tag }) => tag === input.tag)) return current
        if (stops.length >= mostStops)
          throw new Refusal(
            'limit_exceeded',
            `At most ${mostStops} switches can be thrown at a time; switch off the whole workspace.`,
          )
        const stop = {
          ...(input.tag !== undefined && { tag: input.tag }),
          note: input.note,
          since: instantOf(world.clock.now()),
          by: actorName(input.actor),
        }
        return { ...current, stops: [...stops, stop] }
      },
    },
    world,
  )

/** Puts a kill switch back: what is due from now on starts again; what was skipped is not made up. Twice is success. */
export const releaseSwitch = (input: Switch, world: Core): Promise<Workspace> =>
  changeDocument(
    'workspace',
    {
      ...input,
      id: input.workspaceId,
      action: 'workspace.switched-on',
      change: (current) => {
        const left = (current.stops ?? []).filter(({ tag }) => tag !== input.tag)
        if (left.length === (current.stops ?? []).length) return current
        const { stops: _stops, ...rest } = current
        return left.length === 0 ? rest : { ...rest, stops: left }
      },
    },
    world,
  )
