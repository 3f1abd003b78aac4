import type { ApiFunction, RoutesOf } from '#contracts/http/served-by.ts'
import { httpFunction } from '../runtime/http-function.ts'
import { answer } from './answer.ts'
import type { Handler, ReadWorld } from './handlers/request.ts'

/** A handler for each route that a function answers; the compiler asks for all of them. */
export type Handlers<F extends ApiFunction, W> = { readonly [K in keyof RoutesOf<F>]: Handler<K, W> }

/**
 * One function of the HTTP API in a world. The gateway has verified the token and chosen the function; everything else is
 * decided from the route table.
 */
export const createApi = <F extends ApiFunction, W extends ReadWorld>(name: F, handlers: Handlers<F, W>, world: W) =>
  httpFunction(name, (event) => answer(event, handlers, world))
