import { fingerprint } from '#domain/fingerprint.ts'
import type { BatchId, OrderId, WorkspaceId } from '#domain/ids.ts'
import { nameSchema } from '#domain/name.ts'
import { externalReferenceSchema } from '#domain/orders/order.ts'
import { namedBatches } from '../batches/named-batches.ts'
import type { Problem } from '../common/table.ts'
import type { World } from '../world.ts'
import { orderNamed } from './create-order.ts'
import type { Given } from './order-rows.ts'

type ReadWorld = Pick<World, 'store'>
type Named = { readonly given: readonly Given[]; readonly problems: readonly Problem[] }
type AllNamed = Named & {
  /** Names of batches that there are none of yet, by the ids that they will have. */
  readonly newBatches: ReadonlyMap<BatchId, string>
}
type Row = Readonly<Record<string, unknown>>

const fieldOf = (value: unknown, field: string): unknown => (value as Row | null)?.[field]

/** What people call by a name in a file, and Benchtime by an id. */
type Name = {
  readonly field: string
  readonly becomes: string
  readonly what: string
  readonly several: string
  /** Ids by name, of those that may be named. */
  readonly idsByName: () => Promise<ReadonlyMap<string, readonly string[]>>
}

/** Rows in which a name has become an id; a name of nothing, or of several things, is a problem. */
const withNames = async (given: readonly Given[], name: Name): Promise<Named> => {
  const { field, becomes, what, several } = name
  if (!given.some(({ value }) => fieldOf(value, field) !== undefined)) return { given, problems: [] }
  const byName = await name.idsByName()
  const problems: Problem[] = []
  const rows = given.map(({ value, line }): Given => {
    const called = fieldOf(value, field)
    if (called === undefined) return { value, line }
    const { [field]: _name, ...rest } = value as Row
    const ids = byName.get(String(called)) ?? []
    if (ids.length === 1) return { value: { ...rest, [becomes]: ids[0] }, line }
    const message =
      ids.length === 0
        ? `there is no ${what} "${String(called)}"`
        : `${ids.length} ${several} are called "${String(called)}"; name one by ${becomes}`
    problems.push({ line, code: `no-${field}`, message, path: `/${field}` })
    return { value: rest, line }
  })
  return { given: rows, problems }
}

const allNamed = async (
  kind: 'protocol',
  workspaceId: WorkspaceId,
  may: readonly string[],
  { store }: ReadWorld,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const named = new Map<string, string[]>()
  let cursor: string | undefined
  do {
    const page = await store.list(kind, workspaceId, { limit: 100, cursor })
    for (const { id, name, status } of page.items)
      if (may.includes(status)) named.set(name, [...(named.get(name) ?? []), id])
    cursor = page.next
  } while (cursor !== undefined)
  return named
}

/** The order that an external reference names once a file is imported: the same however often that is. */
export const orderIdOfReference = (externalReference: string): OrderId => `ord_${fingerprint([externalReference])}`

const referenceIn = (value: unknown): string[] => {
  const { data } = externalReferenceSchema.safeParse(fieldOf(value, 'externalReference'))
  return data === undefined ? [] : [data]
}

/** The external references that rows have themselves. */
export const referencesOf = (given: readonly Given[]): readonly string[] =>
  given.flatMap(({ value }) => referenceIn(value))

/** Reads all orders that rows name, in two rounds, for a store that reads once. */
export const readAhead = async (
  workspaceId: WorkspaceId,
  given: readonly Given[],
  { store }: ReadWorld,
): Promise<void> => {
  const followed = given.flatMap(({ value }) => referenceIn(fieldOf(value, 'follows')))
  const named = await store.getMany(
    'orderReference',
    [...referencesOf(given), ...followed].map((id) => ({ workspaceId, id })),
  )
  await store.getMany(
    'order',
    named.flatMap((reference) => (reference ? [{ workspaceId, id: reference.orderId }] : [])),
  )
}

/** An order is followed by its external reference; it may be on another line. */
const withOthers = async (workspaceId: WorkspaceId, given: readonly Given[], world: ReadWorld): Promise<Named> => {
  const inFile = new Set(referencesOf(given))
  const problems: Problem[] = []
  const rows: Given[] = []
  for (const { value, line } of given) {
    const { externalReference, ...bond } = (fieldOf(value, 'follows') ?? {}) as Row
    if (typeof externalReference !== 'string') {
      rows.push({ value, line })
      continue
    }
    const [valid] = referenceIn({ externalReference })
    const there = await orderNamed(workspaceId, valid, world)
    const orderId = there?.id ?? (inFile.has(externalReference) ? orderIdOfReference(externalReference) : undefined)
    if (orderId === undefined) {
      const message = `there is no order "${externalReference}", neither here nor in the workspace`
      problems.push({ line, code: 'no-order', message, path: '/follows' })
    }
    const { follows: _named, ...rest } = value as Row
    rows.push({ value: orderId === undefined ? rest : { ...rest, follows: { ...bond, orderId } }, line })
  }
  return { given: rows, problems }
}

/** A batch is named as people call it; where there is none of that name, it is made with the orders. */
const withBatches = async (workspaceId: WorkspaceId, given: readonly Given[], world: ReadWorld): Promise<AllNamed> => {
  const newBatches = new Map<BatchId, string>()
  const named = await withNames(given, {
    field: 'batch',
    becomes: 'batchId',
    what: 'batch',
    several: 'batches',
    idsByName: async () => {
      const { idsOf, newIdOf } = await namedBatches(workspaceId, world)
      const names = new Set(given.flatMap(({ value }) => nameSchema.safeParse(fieldOf(value, 'batch')).data ?? []))
      const ids = [...names].map((name) => [name, idsOf(name)] as const)
      for (const [name, found] of ids) if (found.length === 0) newBatches.set(newIdOf(name), name)
      return new Map(ids.map(([name, found]) => [name, found.length > 0 ? found : [newIdOf(name)]] as const))
    },
  })
  return { ...named, newBatches }
}

/** A file names protocols, batches and other orders as people do; here they become ids. */
export const withNamed = async (
  workspaceId: WorkspaceId,
  read: readonly Given[],
  world: ReadWorld,
): Promise<AllNamed> => {
  const protocols = await withNames(read, {
    field: 'protocol',
    becomes: 'protocolId',
    what: 'protocol',
    several: 'protocols',
    idsByName: () => allNamed('protocol', workspaceId, ['active'], world),
  })
  const { newBatches, ...batches } = await withBatches(workspaceId, protocols.given, world)
  const others = await withOthers(workspaceId, batches.given, world)
  return { given: others.given, problems: [...protocols.problems, ...batches.problems, ...others.problems], newBatches }
}
