import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { agentRoutes } from '#contracts/http/routes/agents.ts'
import { protocolRoutes } from '#contracts/http/routes/protocols.ts'
import { workspaceRoutes } from '#contracts/http/routes/workspaces.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { changeHandlers } from './handlers/changes.ts'

const routes = { ...workspaceRoutes, ...agentRoutes, ...protocolRoutes }

/** Changes of the workspace itself: its people, agents and protocols. It needs the table and nothing else. */
export const handler = createApi('api', routes, changeHandlers, {
  ...createCore(readEnvironment('api').TABLE_NAME),
  parameters: jsonSchemaParameters,
})
