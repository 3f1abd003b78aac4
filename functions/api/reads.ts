import { createCore } from '#adapters/aws-world.ts'
import { routes } from '#contracts/http/routes.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { readHandlers } from './handlers/read-handlers.ts'

/** Everything that only reads; its role may not write. */
export const handler = createApi('reads', routes, readHandlers, createCore(readEnvironment('reads').TABLE_NAME))
