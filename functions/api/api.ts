import { httpFunction } from '../runtime/http-function.ts'
import { answer } from './answer.ts'
import type { ApiWorld } from './handlers.ts'

/** The HTTP API in a world. The gateway has verified the token; everything else is decided from the route table. */
export const createApi = (world: ApiWorld) => httpFunction('api', (event) => answer(event, world))
