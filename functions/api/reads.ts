import { createCore } from '#adapters/aws-world.ts'
import { agentRoutes } from '#contracts/http/routes/agents.ts'
import { insightRoutes } from '#contracts/http/routes/insight.ts'
import { protocolRoutes } from '#contracts/http/routes/protocols.ts'
import { recoveryRoutes } from '#contracts/http/routes/recoveries.ts'
import { runRoutes } from '#contracts/http/routes/runs.ts'
import { scheduleOperationRoutes } from '#contracts/http/routes/schedule-operations.ts'
import { scheduleRoutes } from '#contracts/http/routes/schedules.ts'
import { workspaceRoutes } from '#contracts/http/routes/workspaces.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { readHandlers } from './handlers/read-handlers.ts'

const routes = {
  ...workspaceRoutes,
  ...agentRoutes,
  ...protocolRoutes,
  ...scheduleRoutes,
  ...scheduleOperationRoutes,
  ...insightRoutes,
  ...runRoutes,
  ...recoveryRoutes,
}

/** Tells of people, agents, protocols, schedules and runs; its role may not write. */
export const handler = createApi('reads', routes, readHandlers, createCore(readEnvironment('reads').TABLE_NAME))
