import * as z from 'zod'
import {
  assetIdSchema,
  batchIdSchema,
  orderIdSchema,
  planIdSchema,
  reservationIdSchema,
  slotIdSchema,
  snapshotIdSchema,
  workspaceIdSchema,
} from '../ids.ts'
import { keysOf } from '../keys-of.ts'
import { nameSchema } from '../name.ts'
import { instantSchema } from '../time.ts'
import { roleSchema } from '../workspaces/workspace.ts'
import { slotSchema } from './slot.ts'

export const planStatuses = {
  candidate: 'a proposal; nothing is held for it',
  committing: 'it is being committed; asking again goes on where it stopped',
  committed: 'its items have slots, as far as they were asked for',
  superseded: 'another plan was committed for the same orders',
  rejected: 'a person does not want it',
} as const

export const algorithms = {
  'first-fit': 'the earliest due first, wherever it fits first',
  'best-fit': 'the most value for its time first, where it fits best',
  search: 'looks for the best plan until its budget is used up',
  assignment: 'people and assets, the most urgent first; each with its reasons, and with what makes way for it',
} as const
export type Algorithm = keyof typeof algorithms

export const planModes = {
  'from-scratch': 'as if nothing of ours were planned yet; other claims stay',
  incremental: 'around everything that is planned or committed',
  reshuffle: 'may move what is not locked, outside of the freeze window, where that pays for itself',
  repair: 'moves as little as possible to make up for what cannot be any more',
} as const
export type PlanMode = keyof typeof planModes

export const conflictKinds = {
  'temporal-overlap': 'something else stands there',
  'resource-contention': 'others have too many of its units',
  'infeasible-transition': 'a buffer or changeover to a neighbour is missing',
  'asset-unavailable': 'it is closed, not in use, or not booked at such times',
} as const

/** What is in the way of an item. */
export const itemConflictSchema = z
  .strictObject({
    kind: z.enum(keysOf(conflictKinds)),
    message: z.string(),
    assetId: assetIdSchema.optional(),
    reservationId: reservationIdSchema.optional(),
    slotId: slotIdSchema.optional(),
    start: instantSchema.optional(),
    end: instantSchema.optional(),
  })
  .meta({ id: 'ItemConflict', description: 'What is in the way of an item of a plan' })
export type ItemConflict = z.output<typeof itemConflictSchema>

/** Where something fits that does not fit where it was wanted: at most three, the likest first. */
export const alternativesSchema = z
  .array(
    z.strictObject({
      assets: z.array(z.strictObject({ assetId: assetIdSchema, units: z.int().min(1) })).min(1),
      start: instantSchema,
      end: instantSchema,
    }),
  )
  .max(3)

/** What becomes of an order that makes way. */
export const bumpOutcomes = {
  forward: 'it is done earlier',
  elsewhere: 'it is done at another time, or by somebody else',
  unassigned: 'it waits again',
} as const

const assignedSchema = z
  .strictObject({
    because: z.array(z.string()).max(10).meta({ description: 'Why this person, and why then; for people' }),
    score: z.int().meta({ description: 'Days until it is due, at least 0; fewer are more urgent' }),
    wave: z.enum(['duty', 'rest', 'companion', 'rescue']),
    /** Orders that make way for it. */
    swaps: z
      .array(
        z.strictObject({
          orderId: orderIdSchema,
          outcome: z.enum(keysOf(bumpOutcomes)),
          score: z.int(),
          reason: z.string(),
        }),
      )
      .max(5)
      .optional(),
    /** The order that it made way for. */
    bumpedBy: orderIdSchema.optional(),
  })
  .meta({ id: 'Assigned', description: 'Why an order is given to somebody at a time' })
export type Assigned = z.output<typeof assignedSchema>

/** Rules that are broken knowingly. */
export const overrideSchema = z.strictObject({
  codes: z.array(z.string().max(60)).min(1).max(20),
  reason: z.string().min(1).max(500),
  by: z.string(),
  role: roleSchema,
})

export const planItemSchema = z
  .strictObject({
    orderId: orderIdSchema,
    state: z.enum(['proposed', 'kept', 'edited', 'committed', 'failed', 'dropped']).meta({
      description:
        'kept: its slot stays as it is; failed: it could not be committed, `problem` says why; dropped: a person took it out',
    }),
    assets: z.array(z.strictObject({ assetId: assetIdSchema, units: z.int().min(1) })).min(1),
    start: instantSchema,
    end: instantSchema,
    value: z.int(),
    quality: z.number().optional(),
    /** Changeover before it, on the asset where that is longest. */
    transitionMinutes: z.int().min(0),
    /** By how much it could start later with all else as it is, as far as its own window goes. */
    slackMinutes: z.int().min(0),
    /** The order that it follows. */
    follows: orderIdSchema.optional(),
    /** What is moved by it. */
    slotId: slotIdSchema.optional(),
    /** Of a slot that is moved: where it stands without the plan. */
    former: z
      .strictObject({
        start: instantSchema,
        assets: z.array(z.strictObject({ assetId: assetIdSchema, units: z.int().min(1) })).min(1),
      })
      .optional(),
    /** Of a slot that is moved: orders that stand in the time that it leaves, and what they are worth. One may count for several moves. */
    gain: z.strictObject({ orders: z.int(), orderIds: z.array(orderIdSchema).max(20), value: z.int() }).optional(),
    /** Of an assignment: why it is there, and how urgent it is. */
    assigned: assignedSchema.optional(),
    /** Rules that a person overrides for it, and why. */
    override: overrideSchema.optional(),
    problem: z.string().optional(),
    conflicts: z.array(itemConflictSchema).max(20).optional(),
    /** Where a failed item fitted when the commit was over; it may be put there by editing it. */
    alternatives: alternativesSchema.optional(),
    /** Of a roll-back: how its slot stood. */
    as: z.strictObject({ held: z.boolean(), lock: slotSchema.shape.lock, source: slotSchema.shape.source }).optional(),
  })
  .meta({ id: 'PlanItem', description: 'One order on assets at a time' })
export type PlanItem = z.output<typeof planItemSchema>

export const objectives = {
  'most-value': 'the value of the orders',
  'most-priority': 'urgent orders before any number of others',
  'fewest-changes': 'what is planned stays, unless it cannot',
} as const
export type Objective = keyof typeof objectives

/** How far a repair goes: how many slots it moves or drops at most, and what it is after. */
export const repairPresets = {
  conservative: { maxChanges: 10, objective: 'fewest-changes' },
  balanced: { maxChanges: 20, objective: 'most-value' },
  aggressive: { maxChanges: 50, objective: 'most-value' },
} as const satisfies Record<string, { readonly maxChanges: number; readonly objective: Objective }>
export type RepairPreset = keyof typeof repairPresets

/** Why an order is not in the plan; in this order they are looked for. */
export const rejectionCodes = {
  NO_CAPABLE_ASSET: 'no asset can do it',
  INVALID_WINDOW: 'its window is shorter than it takes, or over',
  INSIDE_FREEZE: 'its window lies within the freeze window',
  ASSET_UNAVAILABLE: 'no opening of its assets is long enough within its window',
  BLOCKED_BY_LOCKS: 'what is booked or locked leaves no room',
  LOWER_VALUE_THAN_DISPLACED: 'it fits only in place of orders that are worth as much or more',
  TAX_EXCEEDS_GAIN: 'it fits only by moving what costs more than it is worth',
  NOT_FOUND_IN_BUDGET: 'a place may exist; the budget was used up before it was found',
  WAITS_FOR_OTHER: 'the order that it follows is not in the plan',
  NOBODY_AVAILABLE: 'nobody who may do it has time within its window',
  BY_HAND_ONLY: 'it is not to be assigned automatically',
  UNKNOWN_TYPE: 'there is no such type of orders any more',
  BUMPED: 'it made way for a more urgent order, and found no other place',
  MADE_SINCE: 'a roll-back takes its slot back, because it was made since',
  LEFT_ALONE: 'a roll-back leaves it as it is now',
} as const

export const leftOutSchema = z
  .strictObject({
    orderId: orderIdSchema,
    code: z.enum(keysOf(rejectionCodes)),
    message: z.string(),
    /** What would make it fit. */
    remedy: z.string().optional(),
    /** The slot that it has now, and would lose. */
    slotId: slotIdSchema.optional(),
    /** The order that it made way for. */
    bumpedBy: orderIdSchema.optional(),
    /** Orders that would have to make way. */
    displaces: z.array(orderIdSchema).optional(),
  })
  .meta({ id: 'LeftOut', description: 'An order that is not in the plan, why, and what would make it fit' })
export type LeftOut = z.output<typeof leftOutSchema>

export const planMetricsSchema = z.strictObject({
  orders: z.int(),
  planned: z.int(),
  leftOut: z.int(),
  value: z.int().meta({ description: 'Value of the orders in the plan' }),
  valueOfAll: z.int(),
  busyMinutes: z.int(),
  transitionMinutes: z.int(),
  /** Terms of the score, each with what it counts for. */
  terms: z.record(z.string(), z.number()),
  /** How unlike the assets are used that some order may be done on: the spread of the shares of time in use. */
  load: z.number().optional(),
  /** The same of the slots that there were, as far as the plan may move them. */
  before: z
    .strictObject({ value: z.int(), busyMinutes: z.int(), transitionMinutes: z.int(), load: z.number() })
    .optional(),
  /** What the terms rest on: what counted how much, and on how many assets some order might have been done. */
  basis: z.strictObject({ weights: z.record(z.string(), z.number()), assets: z.int() }).optional(),
})

export const planSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: planIdSchema,
    name: nameSchema.optional(),
    /** The batch that it was made for. */
    batchId: batchIdSchema.optional(),
    status: z.enum(keysOf(planStatuses)),
    mode: z.enum([...keysOf(planModes), 'rollback']).meta({ description: 'rollback: back to a snapshot' }),
    modeReason: z.string(),
    algorithm: z.enum([...keysOf(algorithms), 'none']).meta({ description: 'none: of a roll-back' }),
    seed: z.int().min(0),
    iterations: z.int().min(0),
    seconds: z.int().min(1).optional().meta({
      description:
        'The time that was the budget of its search, in place of iterations; asked again, it is planned anew',
    }),
    cutShort: z.literal(true).optional().meta({
      description:
        'Its search, or that for reasons, was ended before its budget was used up; asked again, it is planned anew',
    }),
    from: instantSchema,
    to: instantSchema,
    freezeUntil: instantSchema,
    /** The same for the same orders, assets, claims and settings: whoever plans that again gets this plan. */
    inputHash: z.string(),
    software: z.string(),
    /** State of the slots that it was made for; a commit is refused where they have changed. */
    revision: z.int().min(0),
    objective: z.enum(keysOf(objectives)),
    /** What it does to the slots that there are. */
    changes: z.strictObject({
      kept: z.int(),
      moved: z.int(),
      dropped: z.int(),
      added: z.int(),
      valueBefore: z.int().meta({ description: 'Value of the orders that have a slot now' }),
      valueAfter: z.int(),
    }),
    score: z.number(),
    metrics: planMetricsSchema,
    /** How many items and orders left out it has, and in how many parts they are kept. */
    items: z.int(),
    leftOut: z.int(),
    parts: z.int(),
    /** Of a roll-back: what it goes back to. */
    snapshotId: snapshotIdSchema.optional(),
    rejectedBecause: z.string().optional(),
    /** Of an assignment that is committed in part: a newer one that counts, so that what it still proposes is over. */
    supersededBy: planIdSchema.optional(),
    /** What is being committed; asking for this again goes on with it. */
    committing: z
      .strictObject({
        tentative: z.boolean(),
        orderIds: z.array(orderIdSchema).optional(),
        force: z.string().optional(),
        /** Whatever has changed since it was made: each item is judged anew. */
        anyRevision: z.literal(true).optional(),
      })
      .optional(),
    /** What its last commit came to. */
    committed: z
      .strictObject({
        by: z.string(),
        at: instantSchema,
        items: z.int(),
        failed: z.int(),
        forced: z.string().optional(),
      })
      .optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Plan', description: 'A candidate timetable for orders' })
export type Plan = z.output<typeof planSchema>

/** Items of a plan in pieces that one document holds. */
export type PlanPart = {
  readonly workspaceId: Plan['workspaceId']
  /** Of the plan and its number: `pln_…-0`. */
  readonly id: string
  readonly items: readonly PlanItem[]
  readonly leftOut: readonly LeftOut[]
  readonly version: number
}

/** Which state the slots of a workspace are in: grows with each commit. */
export type TimetableRevision = {
  readonly workspaceId: Plan['workspaceId']
  readonly version: number
  /** When and by what it changed last. */
  readonly at: string
  readonly because: string
  /** The plan whose commit raised it last. */
  readonly planId?: Plan['id']
}
