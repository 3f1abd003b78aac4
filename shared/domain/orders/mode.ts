import * as z from 'zod'
import type { ModeKind } from './modes/mode-kind.ts'
import { opticalMode } from './modes/optical.ts'
import { protocolMode } from './modes/protocol.ts'
import { sarMode } from './modes/sar.ts'

/** Every kind of work: each is one file of `modes`, and one name here. */
const kinds = { PROTOCOL: protocolMode, OPTICAL: opticalMode, SAR: sarMode } as const

type Schemas = (typeof kinds)[keyof typeof kinds]['schema']

/** What makes one order unlike the next on an asset: it decides how long an asset takes from one to the other. */
export const modeSchema = z
  .discriminatedUnion('kind', Object.values(kinds).map(({ schema }) => schema) as [Schemas, ...Schemas[]])
  .meta({ id: 'OrderMode', description: 'The kind of work, and what decides the changeover between two orders' })
export type OrderMode = z.output<typeof modeSchema>

/** What is known of work of this kind; it takes modes of the kind alone. */
export const kindOf = ({ kind }: OrderMode): Omit<ModeKind, 'schema'> => kinds[kind] as unknown as ModeKind
