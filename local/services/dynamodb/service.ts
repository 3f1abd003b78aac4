/** DynamoDB behind the endpoint: calls are forwarded to the engine as they come, and their capacity is counted. */
import type { Meter } from '../../cloud-controls.ts'
import type { TableView } from '../../cloud-types.ts'
import { readJsonProtocol, type Service, ServiceError } from '../../endpoint/service.ts'
import { askingCapacity, countCapacity, countRefused } from './capacity.ts'
import type { EngineCall } from './client.ts'
import { permissionsOf } from './permissions.ts'

/** `onWrite`: told after each call that may have written something. */
export const createDynamoDb = (engine: EngineCall, meter: Meter, onWrite: () => void): Service => ({
  signingName: 'dynamodb',
  throttle: 'ThrottlingException',
  read: readJsonProtocol,
  permissions: permissionsOf,
  handle: async (call) => {
    try {
      const answer = countCapacity(call, await engine(call.operation, askingCapacity(call)), meter)
      if (!/^(?:Get|BatchGet|Query|Describe)/.test(call.operation)) onWrite()
      return answer
    } catch (error) {
      if (error instanceof ServiceError) countRefused(call, error, meter)
      throw error
    }
  },
})

/** Creates the template's table where the engine does not have it yet, and sets its time to live. */
export const ensureTable = async (engine: EngineCall, table: TableView): Promise<void> => {
  try {
    await engine('CreateTable', table.createTable)
  } catch (error) {
    if (!(error instanceof ServiceError && error.name === 'ResourceInUseException')) throw error
  }
  if (table.ttlAttribute === undefined) return
  const described = await engine('DescribeTimeToLive', { TableName: table.name })
  const status = (described.TimeToLiveDescription as { TimeToLiveStatus?: string } | undefined)?.TimeToLiveStatus
  if (status !== 'ENABLED')
    await engine('UpdateTimeToLive', {
      TableName: table.name,
      TimeToLiveSpecification: { Enabled: true, AttributeName: table.ttlAttribute },
    })
}
