import { agentHandlers } from './agents.ts'
import { protocolHandlers } from './protocols.ts'
import { runHandlers } from './runs.ts'
import { workspaceHandlers } from './workspaces.ts'

/** What is done by the function that runs, stops and wakes. */
export const changeHandlers = {
  ...workspaceHandlers,
  ...agentHandlers,
  ...protocolHandlers,
  ...runHandlers,
}
