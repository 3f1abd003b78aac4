import * as z from 'zod'
import { recoveryIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

const thrown = { note: z.string().min(1).max(500), since: instantSchema, by: z.string() }

/**
 * Everything on it is stopped, whatever is paused, queued or waiting for it has ended, and nothing starts until somebody
 * acknowledges it.
 */
export const emergencyStopSchema = z
  .strictObject(thrown)
  .meta({ id: 'EmergencyStop', description: 'An emergency stop that nobody has acknowledged' })

/** Nothing starts; what is due waits until it is lifted. */
export const holdSchema = z
  .strictObject({ ...thrown, recoveryId: recoveryIdSchema.optional() })
  .meta({ id: 'WorkspaceHold', description: 'Nothing starts in the workspace until it is lifted; what is due waits' })
