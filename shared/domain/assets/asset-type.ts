import * as z from 'zod'
import { assetIdSchema, groupIdSchema, typeIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { concurrentRunsSchema } from '../runs/capacity.ts'
import { instantSchema } from '../time.ts'
import type { Asset } from './asset.ts'
import {
  type Agility,
  agilitySchema,
  type BookingRules,
  bookingRulesSchema,
  type Changeovers,
  changeoversSchema,
} from './booking-rules.ts'
import { type OpeningHours, openingHoursSchema } from './opening-hours.ts'

const stamps = {
  version: z.int().min(1),
  createdAt: instantSchema,
  createdBy: z.string(),
  updatedAt: instantSchema,
  updatedBy: z.string(),
}

export const assetTypeSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: typeIdSchema,
    name: nameSchema,
    openingHours: openingHoursSchema.optional(),
    bookingRules: bookingRulesSchema.optional(),
    changeovers: changeoversSchema.optional(),
    agility: agilitySchema.optional(),
    ...stamps,
  })
  .meta({ id: 'AssetType', description: 'Hours and rules shared by assets of one type; an asset may have its own' })
export type AssetType = z.output<typeof assetTypeSchema>

export const assetGroupSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: groupIdSchema,
    name: nameSchema,
    assetIds: z.array(assetIdSchema).min(1).max(50),
    /** Runs that may use assets of it at one time. */
    maxConcurrentRuns: concurrentRunsSchema.optional(),
    ...stamps,
  })
  .meta({ id: 'AssetGroup', description: 'Assets any of which will do' })
export type AssetGroup = z.output<typeof assetGroupSchema>

/** The hours and rules that hold for an asset: its own, and for what it does not say those of its type. */
export type Terms = {
  readonly openingHours: OpeningHours | undefined
  readonly rules: BookingRules
  readonly changeovers: Changeovers
  readonly agility: Agility | undefined
}

export const termsOf = (
  asset: Pick<Asset, 'openingHours' | 'bookingRules' | 'changeovers' | 'agility'>,
  type?: AssetType | undefined,
): Terms => ({
  openingHours: asset.openingHours ?? type?.openingHours,
  rules: { ...type?.bookingRules, ...asset.bookingRules },
  changeovers: asset.changeovers ?? type?.changeovers ?? [],
  agility: asset.agility ?? type?.agility,
})
