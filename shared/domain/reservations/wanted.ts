import * as z from 'zod'
import { capabilityNeedSchema } from '../assets/capability.ts'
import { assetIdSchema, groupIdSchema } from '../ids.ts'

const units = z.int().min(1).max(10_000).default(1)
/** This asset, any one of a group, or any one that can do something. */
export const wantedSchema = z
  .union([
    z.strictObject({ assetId: assetIdSchema, units }),
    z.strictObject({ groupId: groupIdSchema, units }),
    z.strictObject({ capability: capabilityNeedSchema, units }),
  ])
  .meta({ id: 'Wanted', description: 'This asset, any one of a group, or any one that can do something' })
export const wantedListSchema = z.array(wantedSchema).min(1).max(20)
