import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { type ImportedOrders, orderRowSchema } from '#domain/orders/order-row.ts'
import { type Problem, type ReadCsv, refuseProblems, toldProblem } from '../common/table.ts'
import type { World } from '../world.ts'
import { changes, type Step, stepOf } from './import-steps.ts'
import { orderIdOfReference, readAhead, referencesOf, withNamed } from './named-in-rows.ts'
import { type Given, readRows } from './order-rows.ts'
import { bindsAnew, readChains } from './read-chains.ts'
import { readOnce } from './read-once.ts'
import { storeImport } from './store-import.ts'

const mostRows = 500
/** So many are looked at at a time. */
const together = 50

type ImportWorld = Pick<World, 'store' | 'clock' | 'ids' | 'parameters'>

const checkedRows = (given: readonly Given[]) => {
  const problems: Problem[] = []
  const references = new Map<string, number>()
  const rows = given.flatMap(({ value, line }) => {
    const parsed = orderRowSchema.safeParse(value)
    if (!parsed.success) {
      for (const { path, message, code } of parsed.error.issues)
        problems.push({ line, code, message: `${path.join('.') || 'row'}: ${message}`, path: `/${path.join('/')}` })
      return []
    }
    const { externalReference } = parsed.data
    const before = externalReference === undefined ? undefined : references.get(externalReference)
    if (before !== undefined) {
      const message = `the same external reference stands on line ${before}`
      problems.push({ line, code: 'twice', message, path: '/externalReference' })
      return []
    }
    if (externalReference !== undefined) references.set(externalReference, line)
    const keys = new Set(Object.keys(value as object))
    return [{ row: parsed.data, line, keys }]
  })
  return { rows, problems }
}

type Input = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly csv?: string | undefined
  readonly orders?: readonly unknown[] | undefined
  readonly dryRun: boolean
  readonly onDuplicate: 'refuse' | 'update'
}

const inGroups = async <T, R>(all: readonly T[], size: number, work: (one: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = []
  for (let at = 0; at < all.length; at += size) done.push(...(await Promise.all(all.slice(at, at + size).map(work))))
  return done
}

/** The chains in which the orders of a file are to stand, seen with all that is stored; and what is wrong with them. */
const boundSteps = async (
  workspaceId: WorkspaceId,
  steps: readonly Step[],
  given: readonly Given[],
  world: Pick<World, 'store'>,
) => {
  const orders = steps.map(({ id, row, there }) => ({ id, follows: row.follows, before: there }))
  // A line that cannot be read is told by itself, and not once more where others follow it.
  const known = new Set(orders.map(({ id }) => id))
  const unread = referencesOf(given)
    .map(orderIdOfReference)
    .flatMap((id) => (known.has(id) ? [] : [{ id }]))
  const chains = await readChains(workspaceId, [...orders, ...unread], world)
  const problems = steps.flatMap(({ id, row, there, line }): Problem[] =>
    bindsAnew({ id, follows: row.follows, before: there })
      ? chains.reasons(id).map((reason) => ({ ...reason, line }))
      : [],
  )
  return { chains, problems }
}

/**
 * Places orders as a file says. Everything is looked at first, and where one line is wrong nothing is done; a dry run is the same
 * without doing it. Importing a file again, or after it was interrupted, places nothing twice.
 * @throws Refusal `invalid` with every problem by its line; `limit_exceeded`; `contended`
 */
export const importOrders = async (input: Input, world: ImportWorld, readCsv: ReadCsv): Promise<ImportedOrders> => {
  const { workspaceId, actor, dryRun } = input
  const { given: read, problems: unread } = readRows(input, readCsv)
  if (read.length > mostRows)
    throw new Refusal(
      'limit_exceeded',
      `A file has ${mostRows} orders at most; this one has ${read.length}. Split it; nothing was imported.`,
    )
  // Rows name the same few things, and one another.
  const once = { ...world, store: readOnce(world.store) }
  await readAhead(workspaceId, read, once)
  const { given, problems: unnamed, newBatches } = await withNamed(workspaceId, read, once)
  const { rows, problems: wrong } = checkedRows(given)
  const beside = { ...input, madeBatches: new Set(newBatches.keys()) }
  const steps = await inGroups(rows, together, (row) => stepOf(row, beside, once))
  const { chains, problems: unbound } = await boundSteps(workspaceId, steps, given, once)
  const empty: Problem[] =
    read.length === 0 && unread.length === 0 ? [{ line: 1, code: 'empty', message: 'there is no order in it' }] : []
  const problems = [
    ...empty,
    ...unbound,
    ...unread,
    ...unnamed,
    ...wrong,
    ...steps.flatMap((step) => step.problems),
  ].toSorted((a, b) => a.line - b.line)
  if (!dryRun) refuseProblems(problems)
  const broken = new Set(problems.map(({ line }) => line))
  const sound = steps.filter(({ line }) => !broken.has(line))
  const fresh = sound.filter(({ there }) => !there)
  const other = sound.filter(changes)
  if (!dryRun) await storeImport({ workspaceId, actor, steps: [...fresh, ...other], chains, newBatches }, world)
  return {
    dryRun,
    created: fresh.map(({ line, row, id }) => ({ line, name: row.name, ...(!dryRun && { orderId: id }) })),
    changed: other.map(({ line, row, id }) => ({ line, name: row.name, orderId: id })),
    unchanged: sound.length - fresh.length - other.length,
    problems: problems.map(toldProblem),
  }
}
