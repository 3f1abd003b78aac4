import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { World } from '#application/world.ts'
import { createDocumentClient } from './dynamodb/document-client.ts'
import { createDynamoShapes } from './dynamodb/shapes.ts'
import { createDynamoStore } from './dynamodb/store.ts'
import { systemClock } from './system/clock.ts'
import { createIds } from './system/ids.ts'

/** Asks the SDK to try each call twice; longer patience is the adapters' own, where it is known what is safe. */
export const clientDefaults = { maxAttempts: 2 }

const lazily = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

export { lazily }

/** What every function has: the table, a clock, ids. Other ports are added by the functions that use them. */
export const createCore = (tableName: string): Pick<World, 'store' | 'clock' | 'ids'> => {
  const ids = createIds()
  const client = createDocumentClient(new DynamoDBClient(clientDefaults))
  return { store: createDynamoStore(client, tableName, () => ids.unique()), clock: systemClock, ids }
}

/** In which shape the table holds documents, for functions that migrate. */
export const createShapes = (tableName: string): World['shapes'] =>
  createDynamoShapes(createDocumentClient(new DynamoDBClient(clientDefaults)), tableName)
