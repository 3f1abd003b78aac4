import * as z from 'zod'
import { assetIdSchema, protocolIdSchema, runIdSchema, workspaceIdSchema } from '../ids.ts'
import { hours, instantSchema, msOf } from '../time.ts'

/** How it is found out whether an asset is fit: by a run of this protocol, every so many hours or runs. */
export const healthCheckSchema = z
  .strictObject({
    protocolId: protocolIdSchema,
    everyHours: z.number().min(1).max(2_000).optional(),
    everyRuns: z.int().min(1).max(1_000).optional(),
  })
  .refine(({ everyHours, everyRuns }) => everyHours !== undefined || everyRuns !== undefined, {
    error: 'say everyHours, everyRuns or both',
  })
  .meta({ id: 'HealthCheck', description: 'How, and how often, it is found out whether the asset is fit' })
export type HealthCheck = z.output<typeof healthCheckSchema>

/**
 * What the last check of an asset found. Kept beside the asset, so that it never makes a version stale that a person has read
 * (I12). Without one, and when the next is due, nobody knows.
 */
export const assetHealthSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    assetId: assetIdSchema,
    state: z.enum(['good', 'bad']),
    note: z.string().max(500),
    checkedAt: instantSchema,
    runId: runIdSchema.optional(),
    /** Runs on it since. */
    runsSince: z.int().min(0),
    version: z.int().min(1),
  })
  .meta({ id: 'AssetHealth', description: 'What the last check of an asset found' })
export type AssetHealth = z.output<typeof assetHealthSchema>

/** `unknown`: never checked, or due for the next check. */
export const healthAt = (
  check: HealthCheck,
  health: AssetHealth | undefined,
  nowMs: number,
): 'good' | 'unknown' | 'bad' => {
  if (!health) return 'unknown'
  if (health.state === 'bad') return 'bad'
  const old = check.everyHours !== undefined && nowMs - msOf(health.checkedAt) >= hours(check.everyHours)
  const used = check.everyRuns !== undefined && health.runsSince >= check.everyRuns
  return old || used ? 'unknown' : 'good'
}
