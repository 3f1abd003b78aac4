import * as z from 'zod'
import { type RouteShape, route } from './route.ts'
import { agentRoutes } from './routes/agents.ts'
import { approvalRoutes } from './routes/approvals.ts'
import { artifactRoutes } from './routes/artifacts.ts'
import { assetRoutes } from './routes/assets.ts'
import { attendanceRoutes } from './routes/attendance.ts'
import { availabilityRoutes } from './routes/availability.ts'
import { batchRoutes } from './routes/batches.ts'
import { calendarRoutes } from './routes/calendars.ts'
import { conflictRoutes } from './routes/conflicts.ts'
import { connectorRoutes } from './routes/connectors.ts'
import { feedRoutes } from './routes/feeds.ts'
import { insightRoutes } from './routes/insight.ts'
import { migrationRoutes } from './routes/migrations.ts'
import { notificationRoutes } from './routes/notifications.ts'
import { orderTemplateRoutes } from './routes/order-templates.ts'
import { orderTypeRoutes } from './routes/order-types.ts'
import { orderRoutes } from './routes/orders.ts'
import { outageRoutes } from './routes/outages.ts'
import { peopleRoutes } from './routes/people.ts'
import { planningRoutes } from './routes/planning.ts'
import { planRoutes } from './routes/plans.ts'
import { proposalRoutes } from './routes/proposals.ts'
import { protocolRoutes } from './routes/protocols.ts'
import { queueRoutes } from './routes/queue.ts'
import { recoveryRoutes } from './routes/recoveries.ts'
import { reservationRoutes } from './routes/reservations.ts'
import { rotationRoutes } from './routes/rotations.ts'
import { ruleRoutes } from './routes/rules.ts'
import { runRoutes } from './routes/runs.ts'
import { scheduleOperationRoutes } from './routes/schedule-operations.ts'
import { scheduleRoutes } from './routes/schedules.ts'
import { seriesRoutes } from './routes/series.ts'
import { slotRoutes } from './routes/slots.ts'
import { snapshotRoutes } from './routes/snapshots.ts'
import { verificationRoutes } from './routes/verifications.ts'
import { waitlistRoutes } from './routes/waitlist.ts'
import { workspaceRoutes } from './routes/workspaces.ts'

const serviceRoutes = {
  getHealth: route({
    method: 'GET',
    path: '/v1/health',
    access: 'public',
    summary: 'Whether the API answers',
    response: z.strictObject({ status: z.literal('ok') }),
    status: 200,
  }),
  getOpenApi: route({
    method: 'GET',
    path: '/v1/openapi.json',
    access: 'public',
    summary: 'This document',
    response: z.record(z.string(), z.json()),
    status: 200,
  }),
} as const

type Of<T> = { readonly [K in keyof T]: T[K] extends RouteShape ? T[K] : never }

/** Named by its parts, because the compiler writes whole shapes out otherwise. */
export interface Routes
  extends Of<typeof serviceRoutes>,
    Of<typeof workspaceRoutes>,
    Of<typeof assetRoutes>,
    Of<typeof agentRoutes>,
    Of<typeof protocolRoutes>,
    Of<typeof scheduleRoutes>,
    Of<typeof scheduleOperationRoutes>,
    Of<typeof calendarRoutes>,
    Of<typeof insightRoutes>,
    Of<typeof queueRoutes>,
    Of<typeof runRoutes>,
    Of<typeof recoveryRoutes>,
    Of<typeof artifactRoutes>,
    Of<typeof notificationRoutes>,
    Of<typeof reservationRoutes>,
    Of<typeof availabilityRoutes>,
    Of<typeof conflictRoutes>,
    Of<typeof waitlistRoutes>,
    Of<typeof seriesRoutes>,
    Of<typeof orderRoutes>,
    Of<typeof planRoutes>,
    Of<typeof slotRoutes>,
    Of<typeof snapshotRoutes>,
    Of<typeof planningRoutes>,
    Of<typeof proposalRoutes>,
    Of<typeof approvalRoutes>,
    Of<typeof connectorRoutes>,
    Of<typeof orderTemplateRoutes>,
    Of<typeof orderTypeRoutes>,
    Of<typeof batchRoutes>,
    Of<typeof peopleRoutes>,
    Of<typeof rotationRoutes>,
    Of<typeof attendanceRoutes>,
    Of<typeof verificationRoutes>,
    Of<typeof migrationRoutes>,
    Of<typeof outageRoutes>,
    Of<typeof feedRoutes>,
    Of<typeof ruleRoutes> {}

/** The HTTP API, whole. Everything else about it derives from here. */
export const routes: Routes = {
  ...serviceRoutes,
  ...workspaceRoutes,
  ...assetRoutes,
  ...agentRoutes,
  ...protocolRoutes,
  ...scheduleRoutes,
  ...scheduleOperationRoutes,
  ...calendarRoutes,
  ...insightRoutes,
  ...queueRoutes,
  ...runRoutes,
  ...recoveryRoutes,
  ...artifactRoutes,
  ...notificationRoutes,
  ...reservationRoutes,
  ...availabilityRoutes,
  ...conflictRoutes,
  ...waitlistRoutes,
  ...seriesRoutes,
  ...orderRoutes,
  ...planRoutes,
  ...slotRoutes,
  ...snapshotRoutes,
  ...planningRoutes,
  ...proposalRoutes,
  ...approvalRoutes,
  ...connectorRoutes,
  ...orderTemplateRoutes,
  ...orderTypeRoutes,
  ...batchRoutes,
  ...peopleRoutes,
  ...rotationRoutes,
  ...attendanceRoutes,
  ...verificationRoutes,
  ...migrationRoutes,
  ...outageRoutes,
  ...feedRoutes,
  ...ruleRoutes,
}

export type RouteId = keyof Routes

/** Names in a path: `{workspaceId}` and so on. */
export type ParametersIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersIn<Rest>
  : never

type OutputOf<T, Otherwise> = T extends z.ZodType ? z.output<T> : Otherwise
type InputOf<T, Otherwise> = T extends z.ZodType ? z.input<T> : Otherwise
type Field<K extends RouteId, Name extends 'query' | 'body' | 'response'> = Routes[K] extends {
  readonly [N in Name]: infer T
}
  ? T
  : undefined

export type QueryOf<K extends RouteId> = OutputOf<Field<K, 'query'>, Record<string, never>>
export type BodyOf<K extends RouteId> = OutputOf<Field<K, 'body'>, undefined>
export type AnswerOf<K extends RouteId> = OutputOf<Field<K, 'response'>, undefined>
/** What a client sends, before defaults. */
export type SentQueryOf<K extends RouteId> = InputOf<Field<K, 'query'>, undefined>
export type SentBodyOf<K extends RouteId> = InputOf<Field<K, 'body'>, undefined>
