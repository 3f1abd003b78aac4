import type { AnyDocument, Shapes } from '#application/world.ts'
import { decodeCursor, encodeCursor } from '../common/cursor.ts'
import { fromItem, isOutdated } from './codec.ts'
import type { DocumentClient } from './document-client.ts'
import { placeOf, walkedKinds } from './keys.ts'
import { queryPage } from './reads.ts'

/** So many requests to the table at most, for one page. */
const mostReads = 50

type Position = { kind: number; within: string | undefined }

/** Where a walk over all kinds stands: the kind, and the cursor within it. */
const positionOf = (scope: string, cursor: string | undefined): Position => {
  if (cursor === undefined) return { kind: 0, within: undefined }
  const [name = '', within = ''] = decodeCursor(scope, cursor).split('\n')
  const kind = walkedKinds().indexOf(name as never)
  // Where the kind is gone, all are walked again: nothing is overlooked by that.
  return { kind: Math.max(0, kind), within: kind < 0 || within === '' ? undefined : within }
}

/** The shapes of what DynamoDB holds: kind by kind. An empty page with `next` means that it took long to find nothing. */
export const createDynamoShapes = (client: DocumentClient, table: string): Shapes => ({
  outdated: async (workspaceId, { limit, cursor }) => {
    const scope = `outdated|${workspaceId}`
    const kinds = walkedKinds()
    let { kind, within } = positionOf(scope, cursor)
    const next = () => {
      const name = kinds[kind]
      return name === undefined ? {} : { next: encodeCursor(scope, `${name}\n${within ?? ''}`) }
    }
    for (let reads = 0; reads < mostReads; reads++) {
      const name = kinds[kind]
      if (name === undefined) break
      const found = await queryPage(client, { table, ...placeOf(name, workspaceId), page: { limit, cursor: within } })
      within = found.next
      if (within === undefined) kind += 1
      const items = found.items
        .filter(isOutdated)
        .map((item) => ({ kind: name, value: fromItem(name, item) }) as AnyDocument)
      if (items.length > 0) return { items, ...next() }
    }
    return { items: [], ...next() }
  },
})
