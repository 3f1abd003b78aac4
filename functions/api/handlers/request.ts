import type * as z from 'zod'
import type { Expected } from '#application/common/change-document.ts'
import type { World } from '#application/world.ts'
import type { parameterSchemas } from '#contracts/http/parameters.ts'
import type { AnswerOf, BodyOf, ParametersIn, QueryOf, RouteId, Routes } from '#contracts/http/routes.ts'
import type { ApiFunction, RoutesOf } from '#contracts/http/served-by.ts'
import type { Caller } from '../authorise.ts'

/** What each function needs: the one that only reads, the one that keeps the calendar, the one that changes schedules, the one that operates, the one that enrols agents, the rest. */
export type ReadWorld = Pick<World, 'store' | 'clock'>
export type BookingWorld = Pick<World, 'store' | 'clock' | 'ids' | 'secrets'>
export type ScheduleWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'workflows' | 'parameters'>
export type OperationWorld = Pick<
  World,
  'store' | 'clock' | 'ids' | 'timetable' | 'workflows' | 'agentLink' | 'parameters'
>
export type EnrolmentWorld = Pick<World, 'store' | 'clock' | 'ids' | 'gatekeeper'>
export type OrderWorld = Pick<World, 'store' | 'shapes' | 'clock' | 'ids' | 'parameters'>
export type PlannerWorld = Pick<World, 'store' | 'clock' | 'ids'>
export type SlotWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>
export type ProposalWorld = PlannerWorld
export type ApprovalWorld = SlotWorld
export type PlanningWorld = Pick<World, 'store' | 'clock' | 'ids' | 'planners' | 'routines'>
export type RosterWorld = Pick<World, 'store' | 'clock' | 'ids'>
export type ApiWorld = Pick<World, 'store' | 'clock' | 'ids' | 'parameters' | 'secrets' | 'hooks' | 'files'>

type VersionOf<K extends RouteId> = Routes[K] extends { readonly ifMatch: 'required' } ? Expected : Expected | undefined

/** What a handler gets: everything is checked already. */
export type Request<K extends RouteId> = {
  readonly params: {
    readonly [N in ParametersIn<Routes[K]['path']> & keyof typeof parameterSchemas]: z.output<
      (typeof parameterSchemas)[N]
    >
  }
  readonly query: QueryOf<K>
  readonly body: BodyOf<K>
  /** The version read by the caller; `any` for If-Match: *, undefined where none was sent and none is required. */
  readonly version: VersionOf<K>
  readonly caller: Caller
  /** What a client of server-sent events has seen already. */
  readonly lastEventId?: string
}

export type Handler<K extends RouteId, W> = (request: Request<K>, world: W) => Promise<AnswerOf<K>>

/** A handler for each route of one part of the table that a function answers. */
type HandlersFor<F extends ApiFunction, Part, W> = {
  readonly [K in keyof Part & keyof RoutesOf<F>]: Handler<K, W>
}
export type ReadersOf<Part extends Partial<Routes>> = HandlersFor<'reads', Part, ReadWorld>
export type AvailabilityReadersOf<Part extends Partial<Routes>> = HandlersFor<'availability', Part, ReadWorld>
export type ScheduleHandlersOf<Part extends Partial<Routes>> = HandlersFor<'schedules', Part, ScheduleWorld>
export type BookingHandlersOf<Part extends Partial<Routes>> = HandlersFor<'bookings', Part, BookingWorld>
export type OperationHandlersOf<Part extends Partial<Routes>> = HandlersFor<'operations', Part, OperationWorld>
export type EnrolmentHandlersOf<Part extends Partial<Routes>> = HandlersFor<'enrolment', Part, EnrolmentWorld>
export type OrderHandlersOf<Part extends Partial<Routes>> = HandlersFor<'orders', Part, OrderWorld>
export type PlannerHandlersOf<Part extends Partial<Routes>> = HandlersFor<'planner', Part, PlannerWorld>
export type SlotHandlersOf<Part extends Partial<Routes>> = HandlersFor<'slots', Part, SlotWorld>
export type ProposalHandlersOf<Part extends Partial<Routes>> = HandlersFor<'proposals', Part, ProposalWorld>
export type ApprovalHandlersOf<Part extends Partial<Routes>> = HandlersFor<'approvals', Part, ApprovalWorld>
export type PlanningHandlersOf<Part extends Partial<Routes>> = HandlersFor<'planning', Part, PlanningWorld>
export type RosterHandlersOf<Part extends Partial<Routes>> = HandlersFor<'roster', Part, RosterWorld>
export type HandlersOf<Part extends Partial<Routes>> = HandlersFor<'api', Part, ApiWorld>
