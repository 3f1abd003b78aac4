import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createDocumentClient, type DocumentClient } from '#adapters/dynamodb/document-client.ts'
import { synthesise } from '../../processes/assembly.ts'
import { readAssembly } from '../../template/assembly.ts'
import { interpret } from '../../template/template.ts'
import { createEngineCall } from './client.ts'
import { startEngine } from './engine.ts'
import { ensureTable } from './service.ts'

/** The table of the template in an engine of its own, empty; for tests and measurements. */
export type FreshTable = {
  readonly raw: DynamoDBClient
  readonly client: DocumentClient
  readonly name: string
  /** Where the engine keeps its file. */
  readonly directory: string
  stop(): Promise<void>
}

/** @throws EngineUnavailable where this machine has no engine */
export const openFreshTable = async (): Promise<FreshTable> => {
  const directory = mkdtempSync(join(tmpdir(), 'benchtime-table-'))
  const forget = () => rmSync(directory, { recursive: true, force: true })
  const engine = await startEngine(directory, () => undefined).catch((error: unknown) => {
    forget()
    throw error
  })
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
    raw,
    client: createDocumentClient(raw),
    name: table.name,
    directory,
    stop: async () => {
      raw.destroy()
      call.close()
      await engine.stop()
      forget()
    },
  }
}
