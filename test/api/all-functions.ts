import type { Context } from 'aws-lambda'
import type { World } from '#application/world.ts'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { servedBy } from '#contracts/http/served-by.ts'
import { createApi } from '#functions/api/api.ts'
import { importsLegacyOrders } from '#functions/api/first-use.ts'
import { agentHandlers } from '#functions/api/handlers/agents.ts'
import { approvalHandlers } from '#functions/api/handlers/approvals.ts'
import { availabilityHandlers } from '#functions/api/handlers/availability.ts'
import { batchHandlers } from '#functions/api/handlers/batches.ts'
import { bookingHandlers } from '#functions/api/handlers/booking-changes.ts'
import { changeHandlers } from '#functions/api/handlers/changes.ts'
import { migrationHandlers } from '#functions/api/handlers/migrations.ts'
import { operationHandlers } from '#functions/api/handlers/operations.ts'
import { orderHandlers } from '#functions/api/handlers/orders.ts'
import { plannerHandlers } from '#functions/api/handlers/planner.ts'
import { planningHandlers } from '#functions/api/handlers/planning.ts'
import { proposalHandlers } from '#functions/api/handlers/proposals.ts'
import { readHandlers } from '#functions/api/handlers/read-handlers.ts'
import { rosterHandlers } from '#functions/api/handlers/roster.ts'
import { scheduleChangeHandlers } from '#functions/api/handlers/schedule-changes.ts'
import { slotHandlers } from '#functions/api/handlers/slots.ts'
import { snapshotHandlers } from '#functions/api/handlers/snapshots.ts'
import { verificationHandlers } from '#functions/api/handlers/verifications.ts'
import { feedFunction } from '#functions/feeds/feed-function.ts'
import { handler as front } from '#functions/front/handler.ts'
import type { HttpEvent, HttpResult } from '#functions/runtime/http-function.ts'

const patterns = (Object.keys(routes) as RouteId[]).map((id) => ({
  method: routes[id].method,
  pattern: new RegExp(`^${routes[id].path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  served: servedBy(id),
}))

/** The functions of the HTTP API in one world, each asked for the routes that the gateway hands to it. */
export const answerAll = (world: World) => {
  const functions = {
    api: createApi('api', routes, changeHandlers, world),
    reads: createApi('reads', routes, readHandlers, world),
    availability: createApi('availability', routes, availabilityHandlers, world),
    schedules: createApi('schedules', routes, scheduleChangeHandlers, world),
    bookings: createApi('bookings', routes, bookingHandlers, world),
    operations: createApi('operations', routes, operationHandlers, world),
    enrolment: createApi('enrolment', routes, agentHandlers, world),
    orders: createApi(
      'orders',
      routes,
      { ...orderHandlers, ...batchHandlers, ...migrationHandlers },
      world,
      importsLegacyOrders(),
    ),
    planner: createApi('planner', routes, plannerHandlers, world, importsLegacyOrders()),
    slots: createApi('slots', routes, { ...slotHandlers, ...snapshotHandlers }, world),
    approvals: createApi('approvals', routes, approvalHandlers, world),
    proposals: createApi('proposals', routes, proposalHandlers, world),
    roster: createApi('roster', routes, { ...rosterHandlers, ...verificationHandlers }, world),
    planning: createApi('planning', routes, planningHandlers, world),
    feeds: feedFunction(world),
    front,
  }
  return (event: HttpEvent, context: Context): Promise<HttpResult> => {
    const { method } = event.requestContext.http
    const found = patterns.find((route) => route.method === method && route.pattern.test(event.rawPath))
    return functions[found?.served ?? 'front'](event, context) as Promise<HttpResult>
  }
}
