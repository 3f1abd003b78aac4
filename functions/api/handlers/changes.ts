import { artifactHandlers } from './artifacts.ts'
import { connectorHandlers } from './connectors.ts'
import { insightHandlers } from './insight.ts'
import { notificationHandlers } from './notifications.ts'
import { protocolHandlers } from './protocols.ts'
import { workspaceHandlers } from './workspaces.ts'

/** What is done by the function that keeps people and protocols, and tells how the whole stands. */
export const changeHandlers = {
  ...workspaceHandlers,
  ...protocolHandlers,
  ...notificationHandlers,
  ...connectorHandlers,
  ...artifactHandlers,
  ...insightHandlers,
}
