import { apart } from '#application/common/apart.ts'
import type { World } from '#application/world.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { minutes } from '#domain/time.ts'
import { log } from '../runtime/log.ts'

export const allWorkspaces = async (world: Pick<World, 'store'>): Promise<WorkspaceId[]> => {
  const found: WorkspaceId[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.allWorkspaces({ limit: 100, cursor })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

/** The same workspaces, each minute from another one on: where the time is over before the last, it is not always the same that wait. */
export const fromAnother = (workspaces: readonly WorkspaceId[], nowMs: number): readonly WorkspaceId[] => {
  const first = (Math.floor(nowMs / minutes(1)) * together) % Math.max(1, workspaces.length)
  return [...workspaces.slice(first), ...workspaces.slice(0, first)]
}

/** Does one thing after another, though one of them fails. @throws what the first that failed did */
export const eachInTurn = async (...works: readonly (() => Promise<void>)[]): Promise<void> => {
  const failures: unknown[] = []
  for (const work of works) await work().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

/** So many workspaces at a time, so that a large one does not keep all others waiting. */
const together = 8

/** Does something for each workspace; one workspace's trouble does not stop the others. @returns how many failed */
export const forEachWorkspace = async (
  workspaces: readonly WorkspaceId[],
  work: (workspaceId: WorkspaceId) => Promise<void>,
): Promise<number> => {
  let failed = 0
  const one = (workspaceId: WorkspaceId): Promise<unknown> =>
    apart(
      workspaceId,
      () => work(workspaceId),
      (_id, error) => {
        failed += 1
        log.error('A workspace could not be finished.', { workspaceId, error: error as Error })
      },
    )
  const waiting = [...workspaces]
  const inTurn = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await one(next)
  }
  await Promise.all(Array.from({ length: together }, inTurn))
  return failed
}
