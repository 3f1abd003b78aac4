import { createCore } from '#adapters/aws-world.ts'
import { planRoutes } from '#contracts/http/routes/plans.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { importsLegacyOrders } from './first-use.ts'
import { plannerHandlers } from './handlers/planner.ts'

/** Plans orders onto free time. A plan is a proposal: it needs the table and nothing else. */
export const handler = createApi(
  'planner',
  planRoutes,
  plannerHandlers,
  createCore(readEnvironment('planner').TABLE_NAME),
  importsLegacyOrders(),
)
