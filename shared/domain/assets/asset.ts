import * as z from 'zod'
import { agentIdSchema, assetIdSchema, typeIdSchema, workspaceIdSchema } from '../ids.ts'
import { keysOf } from '../keys-of.ts'
import { nameSchema } from '../name.ts'
import { personSchema } from '../people/person.ts'
import { instantSchema } from '../time.ts'
import { emergencyStopSchema } from '../workspaces/emergency-stop.ts'
import { agilitySchema, bookingRulesSchema, changeoversSchema } from './booking-rules.ts'
import { capabilitySchema } from './capability.ts'
import { healthCheckSchema } from './health.ts'
import { interlockSchema } from './interlock.ts'
import { openingHoursSchema } from './opening-hours.ts'

export const assetKinds = {
  machine: 'an instrument; an agent drives it',
  resource: 'something used up or occupied: plates, a tip rack, a gas line',
  station: 'a place: a bench, a hood, a deck position',
  person: 'somebody whose time is scarce',
} as const
export type AssetKind = keyof typeof assetKinds

export const assetStatuses = {
  available: 'may be reserved and started',
  maintenance: 'kept out of use on purpose; nothing starts, nothing new is reserved',
  offline: 'cannot be used for now; nothing starts, bookings ahead stay',
  recovery: 'its state is uncertain; nothing starts until a person has cleared it, bookings ahead stay',
  retired: 'gone for good (soft delete); history stays',
} as const

export const assetSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: assetIdSchema,
    name: nameSchema,
    kind: z.enum(keysOf(assetKinds)),
    capacity: z.int().min(1).max(10_000).meta({ description: 'Units that may be in use at one time' }),
    capabilities: z.array(capabilitySchema).max(50),
    /** The agent that drives it; machines only. */
    agentId: agentIdSchema.optional(),
    status: z.enum(keysOf(assetStatuses)),
    statusNote: z.string().max(500).optional(),
    /** Who set the status, and when. */
    statusBy: z.string().optional(),
    statusAt: instantSchema.optional(),
    location: z.string().min(1).max(120).optional(),
    typeId: typeIdSchema.optional(),
    openingHours: openingHoursSchema.optional(),
    bookingRules: bookingRulesSchema.optional(),
    changeovers: changeoversSchema.optional(),
    agility: agilitySchema.optional(),
    interlocks: z.array(interlockSchema).max(10).optional(),
    healthCheck: healthCheckSchema.optional(),
    emergencyStop: emergencyStopSchema.optional(),
    /** Of persons only. */
    person: personSchema.optional(),
    tags: z.array(z.string().min(1).max(60)).max(20),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Asset', description: 'Anything reservable' })
export type Asset = z.output<typeof assetSchema>

export const mayStart = (asset: Asset): boolean => asset.status === 'available'
const bookableIn: ReadonlySet<Asset['status']> = new Set(['available', 'offline', 'recovery'])
export const mayBeReserved = (asset: Asset): boolean => bookableIn.has(asset.status)
