import type { WorkspaceId } from '#domain/ids.ts'
import { type AccountId, monthsBetween } from '#domain/reservations/account.ts'
import { footprint } from '#domain/reservations/ledger.ts'
import { accountSpan } from '#domain/rules/account-rules.ts'
import type { Ask } from '#domain/rules/ask.ts'
import { judgeReservation } from '#domain/rules/judge.ts'
import { type Violation, violation } from '#domain/rules/violation.ts'
import { maxChangesPerCommit, type World } from '../world.ts'
import { horizonMs } from './horizon.ts'
import { itemsAround, type Known, readKnown } from './known.ts'
import { type Picked, pickAssets } from './pick.ts'
import { allAssets, candidatesOf, type Wanted } from './wanted.ts'

/** A request as the rules see it, before anything is read. */
export type Asking = Omit<Ask, 'parts' | 'nowMs' | 'horizonMs' | 'use' | 'quotas' | 'waivers' | 'typedAssets'> & {
  readonly workspaceId: WorkspaceId
  readonly wanted: readonly Wanted[]
}

/** A request with everything that was read about it, and what the rules say. */
export type Judged = {
  readonly ask: Ask
  readonly known: Known
  readonly picked: readonly Picked[]
  readonly violations: readonly Violation[]
}

/** Limits are counted from months that were read; the transaction checks that they are as they were. */
const readUse = async (ask: Omit<Ask, 'use'>, workspaceId: WorkspaceId, world: Pick<World, 'store'>) => {
  const span = ask.operation === 'book' || ask.operation === 'change' ? accountSpan(ask) : undefined
  if (!span || ask.accounts.length === 0) return []
  const months = monthsBetween(span.startMs, span.endMs)
  return world.store.accounts(
    workspaceId,
    ask.accounts.map((account) => ({ account, months })),
  )
}

/** Items of each asset, the asset itself, accounts; the reservation, its history entry, and what comes with them. */
export const changesNeeded = ({ parts, span, accounts, use, operation, work }: Ask): number =>
  parts.reduce((sum, part) => sum + itemsAround(part, span, work).length + 2, 0) +
  accounts.length +
  use.reduce((sum, { months }) => sum + months.length, 0) +
  // The record of the request and a few notices; or the run, its schedule, its arming and its workspace.
  (operation === 'start' ? 10 : 4)

const tooLarge = (ask: Ask): Violation[] =>
  changesNeeded(ask) <= maxChangesPerCommit
    ? []
    : [
        violation(
          'too-large',
          `${ask.parts.length} asset(s) over ${footprint(ask.span).length} days are too much for one reservation. Book fewer assets at once, or shorter pieces.`,
          { path: '/assets' },
        ),
      ]

/** What is wrong with a span that makes reading its days pointless. */
const hopeless = (asking: Asking, nowMs: number): Violation[] | undefined => {
  const { startMs, endMs } = asking.span
  if (endMs > startMs && endMs <= nowMs + horizonMs && startMs > nowMs - horizonMs) return undefined
  return judgeReservation({ ...asking, parts: [], use: [], quotas: [], waivers: [], nowMs, horizonMs })
}

/**
 * Reads all that the rules ask about a request, in one round where its assets are named and no limits count; picks assets
 * where they are not; and judges.
 */
export const readAsk = async (asking: Asking, world: Pick<World, 'store' | 'clock'>): Promise<Judged> => {
  const { workspaceId, wanted, ...rest } = asking
  const nowMs = world.clock.now()
  const wrong = hopeless(asking, nowMs)
  const none = { rulebook: { assetTypes: [], assetGroups: [], quotas: [], waivers: [] }, assets: new Map() }
  const empty: Ask = { ...rest, nowMs, horizonMs, parts: [], use: [], quotas: [], waivers: [] }
  if (wrong) return { ask: empty, known: none, picked: [], violations: wrong }
  const candidates = await candidatesOf(workspaceId, wanted, world)
  const known = await readKnown(workspaceId, candidates.flat(), asking.span, world, asking.work)
  const { quotas, waivers } = known.rulebook
  const base = { ...rest, nowMs, horizonMs, quotas: [], waivers }
  const { parts, picked, lacking } = pickAssets(base, wanted, candidates, known)
  const byType = quotas.some(({ typeId }) => typeId !== undefined)
  const typed = byType ? await allAssets(workspaceId, world) : []
  const typedAssets = byType
    ? Object.fromEntries(
        known.rulebook.assetTypes.map(({ id }) => [
          id,
          typed.filter(({ typeId }) => typeId === id).map((asset) => asset.id),
        ]),
      )
    : undefined
  const asked = { ...base, parts, quotas, typedAssets }
  const ask: Ask = { ...asked, use: await readUse(asked, workspaceId, world) }
  return { ask, known, picked, violations: [...lacking, ...judgeReservation(ask), ...tooLarge(ask)] }
}

/** Whose limits and quotas a reservation of a person counts against. */
export const accountsFor = (
  subject: string,
  { project, groups }: { readonly project?: string | undefined; readonly groups?: readonly string[] | undefined },
): AccountId[] => [
  `person:${subject}`,
  ...(project === undefined ? [] : [`project:${project}` as const]),
  ...(groups ?? []).map((group) => `group:${group}` as const),
]
