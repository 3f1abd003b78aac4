import middy from '@middy/core'
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { log } from '../runtime/log.ts'
import { openAgentLink, openTimetable, openWorkflows } from '../runtime/ports.ts'
import { answer } from './answer.ts'

const env = readEnvironment('api')
const world = {
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
  workflows: openWorkflows(env),
  agentLink: openAgentLink(),
  parameters: jsonSchemaParameters,
}

/** The HTTP API. The gateway has verified the token; everything else is decided from the route table. */
export const handler = middy<APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2>()
  .before(({ event }) => log.appendKeys({ function: 'api', request: event.requestContext.requestId }))
  .handler((event) => answer(event, world))
