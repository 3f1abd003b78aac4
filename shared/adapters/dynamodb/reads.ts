import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb'
import type { PageRequest } from '#application/world.ts'
import { decodeCursor, encodeCursor } from '../common/cursor.ts'
import { read } from './faults.ts'
import type { ItemKey } from './keys.ts'

type Item = Record<string, unknown>
export type Index = 'byParent' | 'byAttention'
const indexKeys = { byParent: ['gsi1pk', 'gsi1sk'], byAttention: ['gsi2pk', 'gsi2sk'] } as const

type Query = {
  readonly table: string
  readonly index?: Index
  readonly partition: string
  readonly beginsWith?: string
}

const inputOf = ({ table, index, partition, beginsWith }: Query): QueryCommandInput => {
  const [pk, sk] = index ? indexKeys[index] : (['pk', 'sk'] as const)
  return {
    TableName: table,
    ...(index ? { IndexName: index } : { ConsistentRead: true }),
    KeyConditionExpression: `#pk = :pk${beginsWith === undefined ? '' : ' AND begins_with(#sk, :prefix)'}`,
    ExpressionAttributeNames: { '#pk': pk, ...(beginsWith !== undefined && { '#sk': sk }) },
    ExpressionAttributeValues: { ':pk': partition, ...(beginsWith !== undefined && { ':prefix': beginsWith }) },
  }
}

/** One page of a partition, and a cursor bound to it. The position comes from the cursor, the partition never does. */
export const queryPage = async (
  client: DynamoDBDocumentClient,
  query: Query & { readonly page: PageRequest },
): Promise<{ items: Item[]; next?: string }> => {
  const { page, index, partition } = query
  const scope = `${index ?? 'table'}|${partition}|${page.newestFirst ? 'newest' : 'oldest'}`
  const position = page.cursor === undefined ? undefined : decodeCursor(scope, page.cursor)
  const startAt = position === undefined ? undefined : keyAt(position, index, partition)
  const { Items = [], LastEvaluatedKey: last } = await read(() =>
    client.send(
      new QueryCommand({
        ...inputOf(query),
        Limit: page.limit,
        ScanIndexForward: !page.newestFirst,
        ...(startAt && { ExclusiveStartKey: startAt }),
      }),
    ),
  )
  const end = last && (index ? [last[indexKeys[index][1]], last.pk, last.sk].join('\n') : String(last.sk))
  return { items: Items, ...(end !== undefined && { next: encodeCursor(scope, end) }) }
}

const keyAt = (position: string, index: Index | undefined, partition: string): Record<string, string> => {
  if (!index) return { pk: partition, sk: position }
  const [indexSk = '', pk = '', sk = ''] = position.split('\n')
  const [pkName, skName] = indexKeys[index]
  return { [pkName]: partition, [skName]: indexSk, pk, sk }
}

/** All items of a partition; for partitions that are small by design. */
export const queryAll = async (client: DynamoDBDocumentClient, query: Query): Promise<Item[]> => {
  const items: Item[] = []
  let from: Record<string, unknown> | undefined
  do {
    const found = await read(() =>
      client.send(new QueryCommand({ ...inputOf(query), ...(from && { ExclusiveStartKey: from }) })),
    )
    items.push(...(found.Items ?? []))
    from = found.LastEvaluatedKey
  } while (from)
  return items
}

const batchSize = 100

/** Items by key, strongly consistent, in the order asked; undefined where there is none. */
export const batchGet = async (
  client: DynamoDBDocumentClient,
  table: string,
  wanted: readonly ItemKey[],
): Promise<(Item | undefined)[]> => {
  const nameOf = ({ pk, sk }: ItemKey): string => `${pk}|${sk}`
  const found = new Map<string, Item>()
  let open = [...new Map(wanted.map((key) => [nameOf(key), key])).values()]
  for (let round = 0; open.length > 0; round++) {
    if (round > 50)
      throw Object.assign(new Error('the table kept back keys of a batch fifty times'), { name: 'ThrottlingException' })
    const Keys = open.slice(0, batchSize).map(({ pk, sk }) => ({ pk, sk }))
    const { Responses, UnprocessedKeys } = await read(() =>
      client.send(new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } })),
    )
    for (const item of Responses?.[table] ?? []) found.set(nameOf(item as ItemKey), item)
    open = [...((UnprocessedKeys?.[table]?.Keys ?? []) as ItemKey[]), ...open.slice(batchSize)]
  }
  return wanted.map((key) => found.get(nameOf(key)))
}
