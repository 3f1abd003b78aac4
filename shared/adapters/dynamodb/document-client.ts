import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'

export type Item = Record<string, unknown>

type Plain<T> = T extends { Key: infer _K } ? Omit<T, 'Key'> & { Key: Item } : T
type PlainAction<T> = T extends object
  ? Omit<Plain<T>, 'Item' | 'ExpressionAttributeValues' | 'Key'> & {
      Item?: Item
      Key?: Item
      ExpressionAttributeValues?: Item
    }
  : never

/** One action of a transaction, with plain values. */
export type Action = {
  readonly [K in keyof TransactWriteItem]?: PlainAction<NonNullable<TransactWriteItem[K]>>
}

export type PlainQuery = Omit<QueryCommandInput, 'ExpressionAttributeValues' | 'ExclusiveStartKey'> & {
  ExpressionAttributeValues: Item
  ExclusiveStartKey?: Item
}

const wire = (value: Item): Record<string, AttributeValue> => marshall(value, { removeUndefinedValues: true })

const valuesOf = <T extends { Item?: Item; Key?: Item; ExpressionAttributeValues?: Item }>(input: T) => ({
  ...input,
  ...(input.Item && { Item: wire(input.Item) }),
  ...(input.Key && { Key: wire(input.Key) }),
  ...(input.ExpressionAttributeValues && { ExpressionAttributeValues: wire(input.ExpressionAttributeValues) }),
})

const wireAction = (action: Action): TransactWriteItem =>
  Object.fromEntries(Object.entries(action).map(([name, input]) => [name, valuesOf(input)])) as TransactWriteItem

/**
 * The calls of the table that the store makes, with plain values. The SDK's own document client does this for every call
 * there is, and every function would carry that.
 */
export const createDocumentClient = (client: DynamoDBClient) => ({
  get: async (TableName: string, key: Item): Promise<Item | undefined> => {
    const found = await client.send(new GetItemCommand({ TableName, Key: wire(key), ConsistentRead: true }))
    return found.Item && unmarshall(found.Item)
  },
  query: async ({ ExclusiveStartKey: from, ...input }: PlainQuery): Promise<{ items: Item[]; last?: Item }> => {
    const start = from && { ExclusiveStartKey: wire(from) }
    const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand({ ...valuesOf(input), ...start }))
    return {
      items: Items.map((item) => unmarshall(item)),
      ...(LastEvaluatedKey && { last: unmarshall(LastEvaluatedKey) }),
    }
  },
  /** Strongly consistent; `open` are the keys that the table kept back. */
  batchGet: async (table: string, keys: readonly Item[]): Promise<{ items: Item[]; open: Item[] }> => {
    const RequestItems = { [table]: { Keys: keys.map(wire), ConsistentRead: true } }
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems }))
    return {
      items: (Responses?.[table] ?? []).map((item) => unmarshall(item)),
      open: (UnprocessedKeys?.[table]?.Keys ?? []).map((key) => unmarshall(key)),
    }
  },
  /** A single write needs no transaction, which would cost twice as much. */
  write: async (action: Action): Promise<void> => {
    const { Put, Update, Delete } = wireAction(action)
    if (Put) await client.send(new PutItemCommand(Put))
    else if (Update) await client.send(new UpdateItemCommand(Update))
    else if (Delete) await client.send(new DeleteItemCommand(Delete))
  },
  /** All or nothing; a repetition under the same token within ten minutes does nothing more. */
  transact: async (actions: readonly Action[], ClientRequestToken: string): Promise<void> => {
    await client.send(new TransactWriteItemsCommand({ TransactItems: actions.map(wireAction), ClientRequestToken }))
  },
})
export type DocumentClient = ReturnType<typeof createDocumentClient>
