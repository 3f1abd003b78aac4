/** The event that Step Functions puts on the bus when an execution has ended. */
import type { JsonObject } from '../../json.ts'
import { eventOf } from '../events/events.ts'
import type { ExecutionRow } from './store.ts'

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export const endOfExecution = (row: ExecutionRow): JsonObject =>
  eventOf('aws.states', 'Step Functions Execution Status Change', [row.arn], {
    executionArn: row.arn,
    stateMachineArn: row.machineArn,
    name: row.name,
    status: row.status,
    startDate: row.startedAt,
    stopDate: row.stoppedAt,
    input: row.input,
    inputDetails: { included: true },
    output: row.output,
    outputDetails: row.output === null ? null : { included: true },
    error: row.error,
    cause: row.cause,
  })
