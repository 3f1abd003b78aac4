import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { agentRoutes } from '#contracts/http/routes/agents.ts'
import { protocolRoutes } from '#contracts/http/routes/protocols.ts'
import { runRoutes } from '#contracts/http/routes/runs.ts'
import { workspaceRoutes } from '#contracts/http/routes/workspaces.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openAgentLink, openWorkflows } from '../runtime/ports.ts'
import { createApi } from './api.ts'
import { changeHandlers } from './handlers/changes.ts'

const env = readEnvironment('api')

const routes = { ...workspaceRoutes, ...agentRoutes, ...protocolRoutes, ...runRoutes }

/** What runs, stops and wakes. */
export const handler = createApi('api', routes, changeHandlers, {
  ...createCore(env.TABLE_NAME),
  workflows: openWorkflows(env),
  agentLink: openAgentLink(),
  parameters: jsonSchemaParameters,
})
