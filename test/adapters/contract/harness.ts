import { expect } from 'vitest'
import type { Change, Page, PageRequest, Store } from '#application/world.ts'
import type { WorkspaceId } from '#domain/ids.ts'

/** The store under test; opened by the suite before its tests run. */
export type Open = () => Store

let workspaces = 0
export const newWorkspace = (): WorkspaceId => `ws_contract-${++workspaces}-${process.pid}`

export const conflict = (...conflicts: number[]) => ({ committed: false, conflicts })
export const done = { committed: true }

/** All items of a list, page by page. */
export const walk = async <T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  page: Omit<PageRequest, 'cursor'>,
): Promise<T[]> => {
  const items: T[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 100; pages++) {
    const found = await list({ ...page, cursor })
    expect(found.items.length).toBeLessThanOrEqual(page.limit)
    items.push(...found.items)
    if (found.next === undefined) return items
    cursor = found.next
  }
  throw new Error('The list does not end.')
}

export const committing =
  (open: Open) =>
  (...changes: Change[]) =>
    open().commit(changes)

export const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
