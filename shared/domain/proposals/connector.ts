import * as z from 'zod'
import { connectorIdSchema, workspaceIdSchema } from '../ids.ts'
import { keysOf } from '../keys-of.ts'
import { nameSchema } from '../name.ts'
import { webhookUrlSchema } from '../notifications/address.ts'
import { instantSchema } from '../time.ts'

export const connectorStatuses = {
  active: 'approved proposals are submitted to it',
  paused: 'nothing is submitted to it; what is approved meanwhile may be resubmitted later',
} as const

/** How an outside system is told; each has a submitter. */
export const connectorKinds = { webhook: 'a signed POST to an address' } as const

/** An outside system that is told what was approved. */
export const connectorSchema = z.strictObject({
  workspaceId: workspaceIdSchema,
  id: connectorIdSchema,
  name: nameSchema,
  kind: z.enum(keysOf(connectorKinds)),
  url: webhookUrlSchema,
  status: z.enum(Object.keys(connectorStatuses) as [keyof typeof connectorStatuses]),
  /** Signs each message; told once, when it is made. */
  secret: z.string(),
  version: z.int().min(1),
  createdAt: instantSchema,
  createdBy: z.string(),
  updatedAt: instantSchema,
  updatedBy: z.string(),
})
export type Connector = z.output<typeof connectorSchema>

/** Connectors of a workspace at most. */
export const mostConnectors = 5
