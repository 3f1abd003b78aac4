import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEngineCall } from '#local/services/dynamodb/client.ts'
import { type Engine, startEngine } from '#local/services/dynamodb/engine.ts'
import { tendStreamRecords } from '#local/services/dynamodb/stream-records.ts'

const packaged = process.env.BENCHTIME_DYNAMODB_ENDPOINT === undefined
const TableName = 'table'
let home: string
let engine: Engine
let call: ReturnType<typeof createEngineCall>

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'benchtime-engine-'))
  engine = await startEngine(home, () => undefined)
  call = createEngineCall(engine.url)
})
afterEach(async () => {
  call.close()
  await engine.stop()
  rmSync(home, { recursive: true, force: true })
})

const inFile = <T>(look: (database: DatabaseSync) => T): T => {
  const database = new DatabaseSync(join(home, 'dynamodb.sqlite'))
  try {
    return look(database)
  } finally {
    database.close()
  }
}

const numbers = () =>
  inFile((database) =>
    database
      .prepare('SELECT CAST(sequence_number AS INTEGER) AS number FROM _stream_records ORDER BY number')
      .all()
      .map(({ number }) => number),
  )

const makeTable = () =>
  call('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  })
const put = (pk: string) => call('PutItem', { TableName, Item: { pk: { S: pk } } })

test.runIf(packaged)('a write finds its number in the stream without looking through all records', () => {
  // The engine's own question.
  const plan = inFile((database) =>
    database
      .prepare(
        'EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1',
      )
      .all(TableName),
  )
  expect(JSON.stringify(plan)).toContain('stream_record_numbers')
})

test.runIf(packaged)('records older than a day go; the numbers go on, and so does who reads', async () => {
  await makeTable()
  for (const pk of ['a', 'b', 'c']) await put(pk)
  expect(numbers()).toEqual([1, 2, 3])
  const tomorrow = Date.now() + 25 * 3_600_000
  tendStreamRecords(join(home, 'dynamodb.sqlite'), tomorrow, () => undefined)
  expect(numbers()).toEqual([3])
  await put('d')
  expect(numbers()).toEqual([3, 4])
  const { Table } = (await call('DescribeTable', { TableName })) as { Table: { LatestStreamArn: string } }
  const StreamArn = Table.LatestStreamArn
  const { StreamDescription } = (await call('DescribeStream', { StreamArn })) as {
    StreamDescription: { Shards: { ShardId: string }[] }
  }
  const { ShardIterator } = await call('GetShardIterator', {
    StreamArn,
    ShardId: StreamDescription.Shards[0]?.ShardId,
    ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
    SequenceNumber: '2',
  })
  const { Records } = (await call('GetRecords', { ShardIterator })) as {
    Records: { dynamodb: { Keys: { pk: { S: string } } } }[]
  }
  expect(Records.map(({ dynamodb }) => dynamodb.Keys.pk.S)).toEqual(['c', 'd'])
})
