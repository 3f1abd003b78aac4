import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { Refusal } from '#domain/errors.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openAgentLink, openTimetable, openWorkflows } from '../runtime/ports.ts'
import { createApi } from './api.ts'

const env = readEnvironment('api')

export const handler = createApi({
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
  workflows: openWorkflows(env),
  agentLink: openAgentLink(),
  parameters: jsonSchemaParameters,
  // The gateway asks functions/openapi.
  description: () => {
    throw new Refusal('not_found', 'The description of the API is not served here.')
  },
})
