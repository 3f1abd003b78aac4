import { createCore } from '#adapters/aws-world.ts'
import { assetRoutes } from '#contracts/http/routes/assets.ts'
import { attendanceRoutes } from '#contracts/http/routes/attendance.ts'
import { peopleRoutes } from '#contracts/http/routes/people.ts'
import { rotationRoutes } from '#contracts/http/routes/rotations.ts'
import { verificationRoutes } from '#contracts/http/routes/verifications.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { rosterHandlers } from './handlers/roster.ts'
import { verificationHandlers } from './handlers/verifications.ts'

/**
 * People, their time off, what they have and whether they came, the duties that they take, and what is wrong with the coming
 * days; and tables of assets. It needs the table and nothing else.
 */
export const handler = createApi(
  'roster',
  { ...peopleRoutes, ...rotationRoutes, ...attendanceRoutes, ...verificationRoutes, ...assetRoutes },
  { ...rosterHandlers, ...verificationHandlers },
  createCore(readEnvironment('roster').TABLE_NAME),
)
