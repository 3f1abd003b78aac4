import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { recoveryRoutes } from '#contracts/http/routes/recoveries.ts'
import { runRoutes } from '#contracts/http/routes/runs.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openAgentLink } from '../runtime/ports/agent-link.ts'
import { openTimetable } from '../runtime/ports/timetable.ts'
import { openWorkflows } from '../runtime/ports/workflows.ts'
import { createApi } from './api.ts'
import { operationHandlers } from './handlers/operations.ts'

const env = readEnvironment('operations')

/** What operators do: runs started, stopped and paused, recoveries cleared, emergency stops. */
export const handler = createApi('operations', { ...runRoutes, ...recoveryRoutes }, operationHandlers, {
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
  workflows: openWorkflows(env),
  agentLink: openAgentLink(),
  parameters: jsonSchemaParameters,
})
