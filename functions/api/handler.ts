import { createCore } from '#adapters/aws-world.ts'
import { createFiles } from '#adapters/files/s3.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { systemSecrets } from '#adapters/system/secrets.ts'
import { createHooks } from '#adapters/webhooks/hooks.ts'
import { artifactRoutes } from '#contracts/http/routes/artifacts.ts'
import { connectorRoutes } from '#contracts/http/routes/connectors.ts'
import { insightRoutes } from '#contracts/http/routes/insight.ts'
import { notificationRoutes } from '#contracts/http/routes/notifications.ts'
import { protocolRoutes } from '#contracts/http/routes/protocols.ts'
import { queueRoutes } from '#contracts/http/routes/queue.ts'
import { workspaceRoutes } from '#contracts/http/routes/workspaces.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { changeHandlers } from './handlers/changes.ts'

const env = readEnvironment('api')
const core = createCore(env.TABLE_NAME)

const routes = {
  ...insightRoutes,
  ...queueRoutes,
  ...workspaceRoutes,
  ...protocolRoutes,
  ...notificationRoutes,
  ...connectorRoutes,
  ...artifactRoutes,
}

/** Changes of the workspace itself: its people and protocols, and who is told of what. It needs the table and nothing else. */
export const handler = createApi('api', routes, changeHandlers, {
  ...core,
  parameters: jsonSchemaParameters,
  secrets: systemSecrets,
  files: createFiles(env.BUCKET_NAME, process.env),
  hooks: createHooks(core.clock, env.WEBHOOKS === 'anywhere'),
})
