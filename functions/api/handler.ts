import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openAgentLink, openWorkflows } from '../runtime/ports.ts'
import { createApi } from './api.ts'
import { changeHandlers } from './handlers/changes.ts'

const env = readEnvironment('api')

/** Changes of everything but schedules, and whatever is asked for that is no route. */
export const handler = createApi('api', changeHandlers, {
  ...createCore(env.TABLE_NAME),
  workflows: openWorkflows(env),
  agentLink: openAgentLink(),
  parameters: jsonSchemaParameters,
})
