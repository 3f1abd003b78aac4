/** Reads the capacity units that a call consumed, and takes them out of answers that the caller did not ask them in. */
import type { Meter } from '../../cloud-controls.ts'
import type { Call, ServiceError } from '../../endpoint/service.ts'

const reading = ['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']
const writing = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']

type Consumed = { CapacityUnits?: number }

/** The call with capacity asked for. */
export const askingCapacity = ({ operation, input }: Call): Record<string, unknown> =>
  reading.includes(operation) || writing.includes(operation) ? { ReturnConsumedCapacity: 'TOTAL', ...input } : input

const unitsOf = (consumed: unknown): number =>
  (Array.isArray(consumed) ? consumed : [consumed]).reduce<number>(
    (sum, entry) => sum + ((entry as Consumed | undefined)?.CapacityUnits ?? 0),
    0,
  )

/** Counts what an answer reports, and gives the answer as the caller expects it. */
export const countCapacity = (
  { operation, input }: Call,
  answer: Record<string, unknown>,
  meter: Meter,
): Record<string, unknown> => {
  const { ConsumedCapacity, ...rest } = answer
  if (reading.includes(operation)) meter.count('readUnits', unitsOf(ConsumedCapacity))
  if (writing.includes(operation)) meter.count('writeUnits', unitsOf(ConsumedCapacity))
  return (input.ReturnConsumedCapacity ?? 'NONE') === 'NONE' ? rest : answer
}

/**
 * A write whose condition fails is billed like the write, but reports nothing. The floor is counted: one unit, or two per
 * item of a transaction. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export const countRefused = ({ operation, input }: Call, error: ServiceError, meter: Meter): void => {
  if (error.name === 'ConditionalCheckFailedException') meter.count('writeUnits', 1)
  if (error.name === 'TransactionCanceledException' && operation === 'TransactWriteItems')
    meter.count('writeUnits', 2 * ((input.TransactItems as unknown[] | undefined)?.length ?? 0))
}
