import type { Page } from '../world.ts'

/** Everything that a list has, page by page; for lists that are read as a whole. */
export const allPages = async <T>(
  read: (page: { readonly limit: number; readonly cursor: string | undefined }) => Promise<Page<T>>,
): Promise<T[]> => {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const page = await read({ limit: 100, cursor })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}
