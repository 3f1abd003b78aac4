import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { DocumentClient } from '#adapters/dynamodb/document-client.ts'
import { EngineUnavailable } from '#local/services/dynamodb/engine.ts'
import { openFreshTable } from '#local/services/dynamodb/fresh-table.ts'

export type TestTable = {
  readonly raw: DynamoDBDocumentClient
  readonly client: DocumentClient
  readonly name: string
  stop(): Promise<void>
}

/** The table of the template in a real engine; undefined, and a line that says why, where this machine has none. */
export const openTable = async (): Promise<TestTable | undefined> => {
  try {
    const table = await openFreshTable()
    return { ...table, raw: DynamoDBDocumentClient.from(table.raw) }
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error
    console.warn(`SKIPPED, the store on DynamoDB: ${error.message}`)
    return undefined
  }
}
