import type * as z from 'zod'
import type { Expected } from '#application/common/change-document.ts'
import type { World } from '#application/world.ts'
import type { parameterSchemas } from '#contracts/http/parameters.ts'
import type { AnswerOf, BodyOf, ParametersIn, QueryOf, RouteId, Routes } from '#contracts/http/routes.ts'
import type { Caller } from '../authorise.ts'

export type ApiWorld = Omit<World, 'callbacks'> & {
  /** The OpenAPI document, where this function is the one that is asked for it. */
  readonly description: () => AnswerOf<'getOpenApi'>
}

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
}

export type Handler<K extends RouteId> = (request: Request<K>, world: ApiWorld) => Promise<AnswerOf<K>>

/** A handler for each route of one part of the table. */
export type HandlersOf<Part extends Partial<Routes>> = { readonly [K in keyof Part & RouteId]: Handler<K> }
