import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createDocumentClient, type DocumentClient } from '#adapters/dynamodb/document-client.ts'
import { synthesise } from '#local/processes/assembly.ts'
import { createEngineCall } from '#local/services/dynamodb/client.ts'
import { EngineUnavailable, startEngine } from '#local/services/dynamodb/engine.ts'
import { ensureTable } from '#local/services/dynamodb/service.ts'
import { readAssembly } from '#local/template/assembly.ts'
import { interpret } from '#local/template/template.ts'

export type TestTable = {
  readonly raw: DynamoDBDocumentClient
  readonly client: DocumentClient
  readonly name: string
  stop(): Promise<void>
}

/** The table of the template in a real engine; undefined, and a line that says why, where this machine has none. */
export const openTable = async (): Promise<TestTable | undefined> => {
  const directory = mkdtempSync(join(tmpdir(), 'benchtime-table-'))
  const engine = await startEngine(directory, () => undefined).catch((error: unknown) => {
    rmSync(directory, { recursive: true, force: true })
    if (!(error instanceof EngineUnavailable)) throw error
    console.warn(`SKIPPED, the store on DynamoDB: ${error.message}`)
    return undefined
  })
  if (!engine) return undefined
  const [view] = interpret(readAssembly((await synthesise()).directory)).tables
  if (!view) throw new Error('The template has no table.')
  // A name of its own, so that an engine that others use too is not mixed up.
  const table = { ...view, name: `test-${process.pid}-${Date.now()}` }
  const call = createEngineCall(engine.url)
  await ensureTable(call, { ...table, createTable: { ...view.createTable, TableName: table.name } })
  const raw = new DynamoDBClient({
    endpoint: engine.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  return {
    raw: DynamoDBDocumentClient.from(raw),
    client: createDocumentClient(raw),
    name: table.name,
    stop: async () => {
      raw.destroy()
      call.close()
      await engine.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
