import { type RouteId, type Routes, routes } from './routes.ts'

/**
 * Which function answers a route, by what it needs to be trusted with: reading needs the table and no right to write it;
 * changes of schedules need EventBridge Scheduler; everything else runs, stops and wakes.
 */
export type ServedBy<K extends RouteId> = K extends 'getOpenApi'
  ? 'openapi'
  : K extends 'getHealth'
    ? 'api'
    : K extends 'previewSchedule'
      ? 'reads'
      : Routes[K]['method'] extends 'GET'
        ? 'reads'
        : Routes[K]['path'] extends `${string}/schedules${string}` | `${string}/calendars${string}`
          ? 'schedules'
          : 'api'
export type ApiFunction = ServedBy<RouteId>

/** The routes that one function answers. */
export type RoutesOf<F extends ApiFunction> = {
  readonly [K in RouteId as ServedBy<K> extends F ? K : never]: Routes[K]
}

/** The same for the gateway. */
export const servedBy = (id: RouteId): ApiFunction => {
  if (id === 'getOpenApi') return 'openapi'
  // Asks whether the API is there: the function that takes everything that is no route.
  if (id === 'getHealth') return 'api'
  const { method, path } = routes[id]
  if (id === 'previewSchedule' || method === 'GET') return 'reads'
  return /\/(schedules|calendars)/.test(path) ? 'schedules' : 'api'
}
