import type { KeyBounds, PageRequest } from '#application/world.ts'
import { decodeCursor, encodeCursor } from '../common/cursor.ts'
import type { DocumentClient, Item, PlainQuery } from './document-client.ts'
import { read } from './faults.ts'
import type { ItemKey } from './keys.ts'

export type Index = 'byParent' | 'byAttention' | 'byDay'
const indexKeys = {
  byParent: ['gsi1pk', 'gsi1sk'],
  byAttention: ['gsi2pk', 'gsi2sk'],
  byDay: ['gsi3pk', 'gsi3sk'],
} as const

type Query = {
  readonly table: string
  readonly index?: Index
  readonly partition: string
  readonly beginsWith?: string | undefined
  /** Sort keys from here on, and up to here. */
  readonly bounds?: KeyBounds | undefined
}

/** A condition on the sort key, and the values in it. */
const onSortKey = ({ beginsWith, bounds }: Query): [string, Record<string, string>] | undefined => {
  if (beginsWith !== undefined) return ['begins_with(#sk, :prefix)', { ':prefix': beginsWith }]
  const { from, to } = bounds ?? {}
  if (from !== undefined && to !== undefined) return ['#sk BETWEEN :from AND :to', { ':from': from, ':to': to }]
  if (from !== undefined) return ['#sk >= :from', { ':from': from }]
  return to === undefined ? undefined : ['#sk <= :to', { ':to': to }]
}

const inputOf = (query: Query): PlainQuery => {
  const { table, index, partition } = query
  const [pk, sk] = index ? indexKeys[index] : (['pk', 'sk'] as const)
  const [condition, values] = onSortKey(query) ?? []
  return {
    TableName: table,
    ...(index ? { IndexName: index } : { ConsistentRead: true }),
    KeyConditionExpression: `#pk = :pk${condition === undefined ? '' : ` AND ${condition}`}`,
    ExpressionAttributeNames: { '#pk': pk, ...(condition !== undefined && { '#sk': sk }) },
    ExpressionAttributeValues: { ':pk': partition, ...values },
  }
}

/** One page of a partition, and a cursor bound to it. The position comes from the cursor, the partition never does. */
export const queryPage = async (
  client: DocumentClient,
  query: Query & { readonly page: PageRequest },
): Promise<{ items: Item[]; next?: string }> => {
  const { page, index, partition } = query
  const scope = `${index ?? 'table'}|${partition}|${page.newestFirst ? 'newest' : 'oldest'}`
  const position = page.cursor === undefined ? undefined : decodeCursor(scope, page.cursor)
  const startAt = position === undefined ? undefined : keyAt(position, index, partition)
  const { items, last } = await read(() =>
    client.query({
      ...inputOf(query),
      Limit: page.limit,
      ScanIndexForward: !page.newestFirst,
      ...(startAt && { ExclusiveStartKey: startAt }),
    }),
  )
  const end = last && (index ? [last[indexKeys[index][1]], last.pk, last.sk].join('\n') : String(last.sk))
  return { items, ...(end !== undefined && { next: encodeCursor(scope, end) }) }
}

const keyAt = (position: string, index: Index | undefined, partition: string): Record<string, string> => {
  if (!index) return { pk: partition, sk: position }
  const [indexSk = '', pk = '', sk = ''] = position.split('\n')
  const [pkName, skName] = indexKeys[index]
  return { [pkName]: partition, [skName]: indexSk, pk, sk }
}

/** All items of a partition; for partitions that are small by design. */
export const queryAll = async (client: DocumentClient, query: Query): Promise<Item[]> => {
  const items: Item[] = []
  let from: Record<string, unknown> | undefined
  do {
    const found = await read(() => client.query({ ...inputOf(query), ...(from && { ExclusiveStartKey: from }) }))
    items.push(...found.items)
    from = found.last
  } while (from)
  return items
}

const batchSize = 100

/** Items by key, strongly consistent, in the order asked; undefined where there is none. */
export const batchGet = async (
  client: DocumentClient,
  table: string,
  wanted: readonly ItemKey[],
): Promise<(Item | undefined)[]> => {
  const nameOf = ({ pk, sk }: ItemKey): string => `${pk}|${sk}`
  const found = new Map<string, Item>()
  let open = [...new Map(wanted.map((key) => [nameOf(key), key])).values()]
  let keptBack = 0
  while (open.length > 0) {
    if (keptBack > 50)
      throw Object.assign(new Error('the table kept back keys of a batch fifty times'), { name: 'ThrottlingException' })
    const keys = open.slice(0, batchSize).map(({ pk, sk }) => ({ pk, sk }))
    const got = await read(() => client.batchGet(table, keys))
    if (got.open.length > 0) keptBack += 1
    for (const item of got.items) found.set(nameOf(item as ItemKey), item)
    open = [...(got.open as ItemKey[]), ...open.slice(batchSize)]
  }
  return wanted.map((key) => found.get(nameOf(key)))
}
