import { openApiDocument } from '#contracts/http/openapi.ts'
import { routes } from '#contracts/http/routes.ts'
import { respond } from '../api/respond.ts'
import { httpFunction } from '../runtime/http-function.ts'

/**
 * The description of the API. A function of its own, because it is open to everybody and needs nothing: no table, no grant;
 * and because what writes it would make the api function slower to start.
 */
export const handler = httpFunction('openapi', async ({ rawPath }) =>
  respond(routes.getOpenApi, rawPath, openApiDocument()),
)
