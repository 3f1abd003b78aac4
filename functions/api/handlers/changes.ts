import { agentHandlers } from './agents.ts'
import { assetHandlers } from './assets.ts'
import { protocolHandlers } from './protocols.ts'
import { reservationHandlers } from './reservations.ts'
import { runHandlers } from './runs.ts'
import { workspaceHandlers } from './workspaces.ts'

/** What is done by the function that runs, stops and wakes. */
export const changeHandlers = {
  getHealth: async () => ({ status: 'ok' as const }),
  ...workspaceHandlers,
  ...assetHandlers,
  ...agentHandlers,
  ...protocolHandlers,
  ...runHandlers,
  ...reservationHandlers,
}
