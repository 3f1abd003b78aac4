/** Event source mappings of the template: what is written into a table goes to a function, as Lambda reads a stream. */
import { setTimeout as wait } from 'node:timers/promises'
import type { InvokeResult } from '../../cloud-controls.ts'
import type { EventSourceView, FunctionView } from '../../cloud-types.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Database } from '../database.ts'
import type { EngineCall } from '../dynamodb/client.ts'
import { checkPattern, patternMatches } from '../events/pattern.ts'

const schema = `
CREATE TABLE IF NOT EXISTS streamPositions (mapping TEXT PRIMARY KEY, stream TEXT NOT NULL, position TEXT NOT NULL) STRICT;`

/** How often the stream is looked at where nothing was written through the endpoint. */
const idleMs = 1_000
/** Lambda waits longer and longer between tries; here seconds, so that a person sees the outcome. */
const retryMs = 300

type StreamRecord = JsonObject & { dynamodb: JsonObject & { SequenceNumber: string } }

export type StreamParts = {
  readonly database: Database
  readonly mappings: readonly EventSourceView[]
  readonly engine: EngineCall
  readonly functionNamed: (id: string) => FunctionView
  readonly invoke: (view: FunctionView, event: Json) => Promise<InvokeResult>
  /** Lambda reads the stream in the function's role, and tells of failures in it. */
  readonly authorise: (view: FunctionView, action: string, resource: string) => void
  readonly deadLetter: (queueArn: string, body: string) => Promise<void>
  readonly log: (line: string) => void
}

export type Streams = {
  begin(): void
  /** Something was written: look soon. */
  nudge(): void
  /** Resolves when everything that was written before is told. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** Sequence number of the first record that the function gave back; undefined where it took all of them. */
const givenBack = (result: InvokeResult): string | undefined => {
  if (!result.ok) return undefined
  const failures = (result.payload as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures
  return failures?.[0]?.itemIdentifier
}

export const createStreams = (parts: StreamParts): Streams => {
  const { database, engine, log } = parts
  database.exec(schema)
  const load = database.prepare('SELECT stream, position FROM streamPositions WHERE mapping = ?')
  const save = database.prepare(
    'INSERT INTO streamPositions (mapping, stream, position) VALUES (?, ?, ?) ON CONFLICT (mapping) DO UPDATE SET stream = excluded.stream, position = excluded.position',
  )
  for (const { patterns } of parts.mappings) for (const pattern of patterns) checkPattern(pattern)

  /** Once more, and again in halves; what fails by itself alone is set aside. */
  const hand = async (
    mapping: EventSourceView,
    view: FunctionView,
    records: readonly StreamRecord[],
    triesLeft: number,
  ): Promise<void> => {
    if (records.length === 0 || stopping) return
    const result = await parts.invoke(view, { Records: records as unknown as Json })
    const failedAt = givenBack(result)
    if (result.ok && failedAt === undefined) return
    const from = records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failedAt)
    const rest = from > 0 ? records.slice(from) : records
    log(`${mapping.logicalId}: ${rest.length} record(s) were not taken; ${triesLeft} tries are left`)
    await wait(retryMs)
    if (rest.length > 1 && mapping.bisects) {
      const half = Math.ceil(rest.length / 2)
      await hand(mapping, view, rest.slice(0, half), triesLeft)
      return hand(mapping, view, rest.slice(half), triesLeft)
    }
    if (triesLeft > 0) return hand(mapping, view, rest, triesLeft - 1)
    log(`${mapping.logicalId}: ${rest.length} record(s) are set aside for good`)
    if (mapping.onFailureArn === undefined) return
    parts.authorise(view, 'sqs:SendMessage', mapping.onFailureArn)
    await parts.deadLetter(mapping.onFailureArn, JSON.stringify(rest))
  }

  const streamOf = async (table: string): Promise<string | undefined> => {
    const described = await engine('DescribeTable', { TableName: table })
    return (described.Table as { LatestStreamArn?: string } | undefined)?.LatestStreamArn
  }

  const iteratorOf = async (mapping: EventSourceView, stream: string): Promise<string | undefined> => {
    const { StreamDescription } = await engine('DescribeStream', { StreamArn: stream })
    const [shard] = (StreamDescription as { Shards?: { ShardId: string }[] }).Shards ?? []
    if (!shard) return undefined
    const known = load.get(mapping.logicalId) as { stream: string; position: string } | undefined
    const start =
      known?.stream === stream
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: known.position }
        : { ShardIteratorType: mapping.startingPosition }
    const found = await engine('GetShardIterator', { StreamArn: stream, ShardId: shard.ShardId, ...start })
    return found.ShardIterator as string | undefined
  }

  /** Reads on from where it was; where it is, is written down after what was read has been handed over. */
  const read = async (mapping: EventSourceView): Promise<void> => {
    const view = parts.functionNamed(mapping.functionArn)
    for (const action of ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'])
      parts.authorise(view, action, mapping.sourceArn)
    const stream = await streamOf(mapping.table)
    let iterator = stream && (await iteratorOf(mapping, stream))
    while (stream && iterator && !stopping) {
      const { Records, NextShardIterator } = await engine('GetRecords', { ShardIterator: iterator })
      const records = (Records ?? []) as StreamRecord[]
      const last = records.at(-1)
      if (!last) return
      const wanted = records.filter((record) => mapping.patterns.some((pattern) => patternMatches(pattern, record)))
      for (let at = 0; at < wanted.length; at += mapping.batchSize)
        await hand(mapping, view, wanted.slice(at, at + mapping.batchSize), mapping.retries)
      if (stopping) return
      save.run(mapping.logicalId, stream, last.dynamodb.SequenceNumber)
      iterator = NextShardIterator as string | undefined
    }
  }

  let stopping = false
  let reading: Promise<void> | undefined
  let again = false
  /** The look that a write has asked for. */
  let soon: NodeJS.Timeout | undefined

  const readAll = (): Promise<void> => {
    if (reading) {
      again = true
      return reading
    }
    reading = (async () => {
      do {
        again = false
        for (const mapping of parts.mappings)
          await read(mapping).catch((error: Error) => log(`${mapping.logicalId}: ${error.message}`))
      } while (again && !stopping)
    })().finally(() => {
      reading = undefined
    })
    return reading
  }
  const window = Math.max(50, ...parts.mappings.map(({ windowMs }) => Math.min(windowMs, 1_000)))
  let idle: NodeJS.Timeout | undefined

  return {
    begin: () => {
      if (parts.mappings.length === 0) return
      idle = setInterval(() => void readAll(), idleMs)
      void readAll()
    },
    nudge: () => {
      if (stopping || parts.mappings.length === 0) return
      soon ??= setTimeout(() => {
        soon = undefined
        void readAll()
      }, window)
    },
    settle: async () => {
      await readAll()
      await readAll()
    },
    stop: async () => {
      stopping = true
      clearInterval(idle)
      clearTimeout(soon)
      await reading
    },
  }
}
