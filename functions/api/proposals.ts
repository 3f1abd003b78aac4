import { createCore } from '#adapters/aws-world.ts'
import { proposalRoutes } from '#contracts/http/routes/proposals.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { proposalHandlers } from './handlers/proposals.ts'

/** Proposals of assignments, but for approving them: that commits. It needs the table and nothing else. */
export const handler = createApi(
  'proposals',
  proposalRoutes,
  proposalHandlers,
  createCore(readEnvironment('proposals').TABLE_NAME),
)
