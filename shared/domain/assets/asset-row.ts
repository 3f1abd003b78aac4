import * as z from 'zod'
import { assetIdSchema } from '../ids.ts'
import { assetSchema } from './asset.ts'

const {
  name,
  kind,
  capacity,
  capabilities,
  location,
  tags,
  agentId,
  typeId,
  openingHours,
  bookingRules,
  changeovers,
  agility,
} = assetSchema.shape

/** One asset as a file says it. With an id it changes that asset; without one the asset of that name, or makes a new one. */
export const assetRowSchema = z
  .strictObject({
    id: assetIdSchema.optional(),
    name,
    kind,
    capacity: capacity.default(1),
    capabilities: capabilities.default([]),
    location,
    tags: tags.default([]),
    agentId,
    typeId,
    openingHours,
    bookingRules,
    changeovers,
    agility,
  })
  .meta({ id: 'AssetRow', description: 'An asset as a file says it' })
export type AssetRow = z.output<typeof assetRowSchema>

const line = z.int().min(1)

/** What an import did, or would do. */
export const importedSchema = z
  .strictObject({
    dryRun: z.boolean(),
    created: z.array(z.strictObject({ line, name: z.string(), assetId: assetIdSchema.optional() })),
    changed: z.array(z.strictObject({ line, name: z.string(), assetId: assetIdSchema, fields: z.array(z.string()) })),
    unchanged: z.int(),
    problems: z.array(z.strictObject({ line, code: z.string(), message: z.string(), path: z.string().optional() })),
  })
  .meta({ id: 'Imported', description: 'What an import did, or would do; problems by their line' })
export type Imported = z.output<typeof importedSchema>
