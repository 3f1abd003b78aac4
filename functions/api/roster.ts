import { createCore } from '#adapters/aws-world.ts'
import { assetRoutes } from '#contracts/http/routes/assets.ts'
import { peopleRoutes } from '#contracts/http/routes/people.ts'
import { rotationRoutes } from '#contracts/http/routes/rotations.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { rosterHandlers } from './handlers/roster.ts'

/** People, their time off, and the duties that they take; and tables of assets. It needs the table and nothing else. */
export const handler = createApi(
  'roster',
  { ...peopleRoutes, ...rotationRoutes, ...assetRoutes },
  rosterHandlers,
  createCore(readEnvironment('roster').TABLE_NAME),
)
