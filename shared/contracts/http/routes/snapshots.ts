import * as z from 'zod'
import { orderIdSchema, slotIdSchema } from '#domain/ids.ts'
import { alternativesSchema, planSchema } from '#domain/plans/plan.ts'
import { type RollbackChange, rollbackChanges } from '#domain/plans/rollback.ts'
import { slotSchema } from '#domain/plans/slot.ts'
import { snapshotSchema, snapshotSlotSchema } from '#domain/plans/snapshot.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const snapshots = '/v1/workspaces/{workspaceId}/timetable/snapshots'
const { status, lock, assets, start, end } = slotSchema.shape

const differencesSchema = z
  .strictObject({
    revision: z.int().meta({ description: 'Of the slots now' }),
    kept: z.int(),
    comesBack: z.int(),
    moves: z.int(),
    locks: z.int(),
    goes: z.int(),
    leftAlone: z.int(),
    entries: z
      .array(
        z.strictObject({
          change: z.enum(Object.keys(rollbackChanges) as [RollbackChange, ...RollbackChange[]]),
          orderId: orderIdSchema,
          was: snapshotSlotSchema.optional(),
          now: z.strictObject({ slotId: slotIdSchema, status, lock, assets, start, end }).optional(),
          reasons: z.array(z.strictObject({ code: z.string(), message: z.string() })),
          alternatives: alternativesSchema
            .optional()
            .meta({ description: 'Where the order fits now, of the first ten that cannot come back' }),
        }),
      )
      .meta({ description: 'Everything but what is kept; 2,000 at most' }),
  })
  .meta({ id: 'SnapshotDifferences', description: 'What going back to a snapshot does to the slots of now' })

export const snapshotRoutes = {
  takeSnapshot: route({
    method: 'POST',
    path: snapshots,
    access: 'manager',
    summary: 'Write down how the slots stand, to go back to; each commit does so by itself before it begins',
    body: z.strictObject({ name: snapshotSchema.shape.name }),
    response: snapshotSchema,
    status: 201,
    refusals: ['contended'],
  }),
  listSnapshots: route({
    method: 'GET',
    path: snapshots,
    access: 'viewer',
    summary: 'List snapshots of the slots, newest first',
    query: pageQuery,
    response: pageOf(snapshotSchema),
    status: 200,
  }),
  getSnapshot: route({
    method: 'GET',
    path: `${snapshots}/{snapshotId}`,
    access: 'viewer',
    summary: 'A snapshot, and what differs from how the slots stand now',
    response: z.strictObject({ snapshot: snapshotSchema, differences: differencesSchema }),
    status: 200,
  }),
  getSnapshotSlots: route({
    method: 'GET',
    path: `${snapshots}/{snapshotId}/slots`,
    access: 'viewer',
    summary: 'How the slots stood in a snapshot, in the order of their start',
    query: z.strictObject({
      part: z.coerce.number().int().min(0).default(0).meta({ description: 'Which 200 of them; `parts` says how many' }),
    }),
    response: z.strictObject({ slots: z.array(snapshotSlotSchema), parts: z.int() }),
    status: 200,
  }),
  restoreSnapshot: route({
    method: 'POST',
    path: `${snapshots}/{snapshotId}/restore`,
    access: 'manager',
    summary: 'Bring the slots back to how they stood, as far as that time is ahead and free',
    description:
      'It makes a plan of the snapshot and commits it: what was made since is taken back, what was cancelled or moved gets its former time again. A plan that is answered as `committing` goes on when it is asked for again. Refused where the slots are not at `revision`.',
    body: z.strictObject({
      revision: z.int().min(0).optional(),
      dryRun: z.boolean().default(false),
      force: z
        .string()
        .min(1)
        .max(500)
        .optional()
        .meta({ description: 'Why slots are put back, too, that are locked hard or begin soon; kept in the history' }),
    }),
    response: z.strictObject({
      differences: differencesSchema.optional(),
      plan: planSchema.optional().meta({ description: 'What it was done by; none where nothing was to be done' }),
    }),
    status: 200,
    refusals: ['invalid_state', 'contended'],
  }),
} as const
