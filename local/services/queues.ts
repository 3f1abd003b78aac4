/** SQS, as far as dead letters need it: messages go in and stay, for people and tests to look at. */
import { randomUUID } from 'node:crypto'
import type { QueuesControl } from '../cloud-controls.ts'
import type { QueueView } from '../cloud-types.ts'
import { readJsonProtocol, type Service, ServiceError } from '../endpoint/service.ts'
import type { JsonObject } from '../json.ts'
import type { Database } from './database.ts'

const schema = `
CREATE TABLE IF NOT EXISTS messages (
  id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, sentAt INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messagesByQueue ON messages (queue, sentAt);`

type MessageRow = { id: string; body: string; attributes: string; sentAt: number }

export type Queues = QueuesControl & {
  readonly find: (reference: string) => QueueView
  put(queue: QueueView, body: string, attributes: JsonObject): string
}

export const createQueues = (database: Database, queues: readonly QueueView[]): Queues => {
  database.exec(schema)
  const insert = database.prepare('INSERT INTO messages (id, queue, body, attributes, sentAt) VALUES (?, ?, ?, ?, ?)')
  const select = database.prepare(
    'SELECT id, body, attributes, sentAt FROM messages WHERE queue = ? ORDER BY sentAt, id',
  )
  const find = (reference: string): QueueView => {
    const found = queues.find((queue) => [queue.arn, queue.url, queue.name, queue.logicalId].includes(reference))
    if (!found)
      throw new ServiceError('AWS.SimpleQueueService.NonExistentQueue', `The queue ${reference} does not exist.`)
    return found
  }
  const put = (queue: QueueView, body: string, attributes: JsonObject): string => {
    const id = randomUUID()
    insert.run(id, queue.arn, body, JSON.stringify(attributes), Date.now())
    return id
  }
  return {
    find,
    put,
    send: async (reference, body, attributes = {}) => void put(find(reference), body, attributes),
    messages: (reference) =>
      (select.all(find(reference).arn) as MessageRow[]).map((row) => ({
        id: row.id,
        body: row.body,
        attributes: JSON.parse(row.attributes) as JsonObject,
        sentAt: new Date(row.sentAt).toISOString(),
      })),
  }
}

/** SendMessage, called by services in a role; input is `{QueueUrl (or ARN), MessageBody, MessageAttributes?}`. */
export const createQueueService = (queues: Queues): Service => ({
  signingName: 'sqs',
  throttle: 'RequestThrottled',
  read: readJsonProtocol,
  permissions: ({ operation, input }) => [
    { action: `sqs:${operation}`, resource: queues.find(String(input.QueueUrl)).arn },
  ],
  handle: async ({ operation, input }) => {
    if (operation !== 'SendMessage')
      throw new ServiceError('UnknownOperationException', `SQS on a laptop has no ${operation}.`)
    const attributes = (input.MessageAttributes ?? {}) as JsonObject
    return { MessageId: queues.put(queues.find(String(input.QueueUrl)), String(input.MessageBody), attributes) }
  },
})
