import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'

const client = new DynamoDBClient({ maxAttempts: 1 })

/** Puts an item that says what it was called with, and answers its id. */
export const handler = async (event) => {
  if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000))
  if (event.fail) throw Object.assign(new Error('as asked'), { name: 'AsAsked' })
  const item = { pk: { S: 'written' }, sk: { S: event.id }, event: { S: JSON.stringify(event) } }
  await client.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: item }))
  return { id: event.id }
}
