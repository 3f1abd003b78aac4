import type { RouteId } from '#contracts/http/routes.ts'
import { agentHandlers } from './handlers/agents.ts'
import { assetHandlers } from './handlers/assets.ts'
import { protocolHandlers } from './handlers/protocols.ts'
import type { Handler } from './handlers/request.ts'
import { reservationHandlers } from './handlers/reservations.ts'
import { runHandlers } from './handlers/runs.ts'
import { scheduleHandlers } from './handlers/schedules.ts'
import { workspaceHandlers } from './handlers/workspaces.ts'

export type { ApiWorld, Handler } from './handlers/request.ts'

/** What is done for each route: parsing came before, responding comes after. The compiler asks for all of them. */
export const handlers: { readonly [K in RouteId]: Handler<K> } = {
  getHealth: async () => ({ status: 'ok' }),
  getOpenApi: async (_request, world) => world.description(),
  ...workspaceHandlers,
  ...assetHandlers,
  ...agentHandlers,
  ...protocolHandlers,
  ...scheduleHandlers,
  ...runHandlers,
  ...reservationHandlers,
}
