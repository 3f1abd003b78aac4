import { createCore } from '#adapters/aws-world.ts'
import { agentRoutes } from '#contracts/http/routes/agents.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openGatekeeper } from '../runtime/gatekeeper.ts'
import { createApi } from './api.ts'
import { agentHandlers } from './handlers/agents.ts'

const env = readEnvironment('enrolment')

/** Changes of agents: it alone may make certificates by which they are let in. */
export const handler = createApi('enrolment', agentRoutes, agentHandlers, {
  ...createCore(env.TABLE_NAME),
  gatekeeper: openGatekeeper(env.STAGE),
})
