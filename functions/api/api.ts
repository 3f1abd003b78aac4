import type { RouteShape } from '#contracts/http/route.ts'
import type { ApiFunction, RoutesOf } from '#contracts/http/served-by.ts'
import { httpFunction } from '../runtime/http-function.ts'
import { answering } from './answer.ts'
import type { FirstUse } from './first-use.ts'
import type { Handler, ReadWorld } from './handlers/request.ts'
import type { RouteTable } from './match-route.ts'

/** A handler for each route that a function answers; the compiler asks for all of them. */
export type Handlers<F extends ApiFunction, W> = { readonly [K in keyof RoutesOf<F>]: Handler<K, W> }

/** The routes that a function answers, perhaps among others; a function bundles the parts of the table that it needs. */
export type RoutesFor<F extends ApiFunction> = RouteTable & { readonly [K in keyof RoutesOf<F>]: RouteShape }

/**
 * One function of the HTTP API in a world. The gateway has verified the token and chosen the function; everything else is
 * decided from the route table.
 */
export const createApi = <F extends ApiFunction, W extends ReadWorld>(
  name: F,
  routes: RoutesFor<F>,
  handlers: Handlers<F, W>,
  world: W,
  firstUse?: FirstUse<W>,
) => httpFunction(name, answering(routes, handlers, world, firstUse))
