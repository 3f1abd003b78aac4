import { openSpans } from '#domain/assets/opening-hours.ts'
import { findOptions, type Option } from '#domain/availability/options.ts'
import { startsOf, type Wish } from '#domain/availability/starts.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { type AccountId, monthsBetween } from '#domain/reservations/account.ts'
import { daysAround, holdersOf, type Interval, overlaps } from '#domain/reservations/ledger.ts'
import { accountSpan } from '#domain/rules/account-rules.ts'
import type { Ask, Own, Part, Work } from '#domain/rules/ask.ts'
import { heldBy } from '#domain/rules/asset-rules.ts'
import { judgeReservation, standing } from '#domain/rules/judge.ts'
import { type Violation, violation } from '#domain/rules/violation.ts'
import { dayMs, instantOf, minutes } from '#domain/time.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { horizonMs } from '../reservations/horizon.ts'
import { type Known, readKnown } from '../reservations/known.ts'
import { addUpNamed, candidatesOf, describeWanted, type Wanted } from '../reservations/wanted.ts'
import type { World } from '../world.ts'

export type Search = {
  readonly workspaceId: WorkspaceId
  readonly assets: readonly Wanted[]
  readonly durationMs: number
  readonly window: Interval
  readonly most: number
  readonly setup?: string | undefined
  readonly work?: Work | undefined
  readonly subject?: string | undefined
  readonly role?: Role | undefined
  /** Whose limits and quotas count; none, where it is left out. */
  readonly accounts?: readonly AccountId[] | undefined
  /** The reservation that looks for another time. */
  readonly own?: Own | undefined
}
export type Times = { readonly options: readonly Option[]; readonly why: readonly Violation[] }

/** Items of the ledger that one search reads at most. */
const mostItems = 1_000

/** Bounds of a search, before anything is read. @throws Refusal `invalid`, `limit_exceeded` */
const checkWindow = ({ window, durationMs }: Search, nowMs: number): Interval => {
  const { startMs, endMs } = window
  if (endMs - startMs < durationMs)
    throw new Refusal('invalid', 'The window is shorter than what is looked for.', {
      reasons: [{ code: 'window-too-short', message: 'shorter than the duration', path: '/to' }],
    })
  if (endMs > nowMs + horizonMs)
    throw new Refusal(
      'limit_exceeded',
      `Nothing can be booked later than ${instantOf(nowMs + horizonMs)}; let the window end before.`,
    )
  return { startMs: Math.max(startMs, nowMs), endMs }
}

const checkReach = (assets: number, window: Interval): void => {
  const items = assets * (daysAround(window, dayMs / 2).length + 1)
  if (items > mostItems)
    throw new Refusal(
      'limit_exceeded',
      `${assets} asset(s) over ${Math.ceil((window.endMs - window.startMs) / dayMs)} days are too much for one search. Name fewer assets, or a shorter window.`,
    )
}

/** Why an asset cannot be had for so long anywhere in a window. */
const whyNot = (part: Part, wish: Wish): Violation[] => {
  const { asset, assetId, path, terms } = part
  const { window, durationMs, nowMs } = wish
  if (!asset) return [violation('unknown-asset', `There is no asset ${assetId} in this workspace.`, { path })]
  const span = { startMs: window.startMs, endMs: window.startMs + durationMs }
  const base = { operation: 'book', span, parts: [part], nowMs, horizonMs: Number.POSITIVE_INFINITY } as const
  const fixed = judgeReservation({ ...base, accounts: [], use: [], quotas: [], waivers: [] }).filter(({ code }) =>
    ['asset-unavailable', 'above-capacity', 'too-short', 'too-long'].includes(code),
  )
  if (fixed.length > 0) return fixed
  const facts = { assetId, minutes: durationMs / minutes(1) }
  const open = openSpans(terms.openingHours, window)
  if (!open.some(({ startMs, endMs }) => endMs - startMs >= durationMs))
    return [
      violation('closed', `"${asset.name}" is never open for ${facts.minutes} minutes in a row in that window.`, {
        path,
        facts: {
          ...facts,
          open: open.slice(0, 10).map((one) => ({ start: instantOf(one.startMs), end: instantOf(one.endMs) })),
        },
      }),
    ]
  const holders = holdersOf(part.ledger, nowMs).filter((holder) => overlaps(holder, window))
  if (holders.length > 0)
    return [
      violation(
        'asset-busy',
        `"${asset.name}" is never free for ${facts.minutes} minutes in a row in that window: ${[...new Set(holders.map(({ by, reservationId }) => by ?? reservationId))].slice(0, 10).join(', ')} hold it.`,
        { path, facts: { ...facts, heldBy: heldBy(holders) } },
      ),
    ]
  const { noticeMinutes, openAheadDays } = terms.rules
  return [
    violation(
      noticeMinutes !== undefined && window.startMs < nowMs + minutes(noticeMinutes) ? 'short-notice' : 'too-early',
      `"${asset.name}" is booked ${noticeMinutes ?? 0} minutes to ${openAheadDays ?? horizonMs / dayMs} days ahead.`,
      { path, facts },
    ),
  ]
}

/** What the rules say to each option, also those that count what the person has booked: limits and quotas. */
const judgeOptions = async (
  options: readonly Option[],
  base: Omit<Ask, 'span' | 'parts' | 'use'>,
  workspaceId: WorkspaceId,
  world: Pick<World, 'store'>,
): Promise<{ readonly option: Option; readonly against: readonly Violation[] }[]> => {
  const asks = options.map((option) => ({
    ...base,
    span: { startMs: option.startMs, endMs: option.endMs },
    parts: option.parts,
  }))
  const counted = asks.flatMap((ask) => accountSpan(ask) ?? [])
  const months =
    counted.length === 0
      ? []
      : monthsBetween(
          Math.min(...counted.map(({ startMs }) => startMs)),
          Math.max(...counted.map(({ endMs }) => endMs)),
        )
  const use =
    months.length > 0 && base.accounts.length > 0
      ? await world.store.accounts(
          workspaceId,
          base.accounts.map((account) => ({ account, months })),
        )
      : []
  return options.map((option, index) => {
    const ask = asks[index]
    const found = ask ? standing(judgeReservation({ ...ask, use })) : []
    return { option, against: found.filter(({ code }) => code !== 'needs-approval') }
  })
}

const partsOf = (wanted: Wanted, index: number, ids: readonly string[], known: Known): Part[] =>
  ids.flatMap((id) => {
    const found = known.assets.get(id as Part['assetId'])
    return found ? [{ path: `/assets/${index}`, assetId: id as Part['assetId'], units: wanted.units, ...found }] : []
  })

/**
 * The first times at which all that is wished for can be had together, within opening hours, by the rules and with buffers; and
 * where there are none, why. Reads the days of the window once: what stands outside of it costs nothing.
 * @throws Refusal `invalid`, `limit_exceeded`
 */
export const findTimes = async (search: Search, world: Pick<World, 'store' | 'clock'>): Promise<Times> => {
  const { workspaceId, durationMs, setup, subject, role, most } = search
  const wanted = addUpNamed(search.assets)
  const nowMs = world.clock.now()
  const window = checkWindow(search, nowMs)
  const candidates = await candidatesOf(workspaceId, wanted, world)
  checkReach(new Set(candidates.flat()).size, window)
  const known = await readKnown(workspaceId, candidates.flat(), window, world, search.work)
  const wish: Wish = { window, durationMs, nowMs, setup, own: search.own?.id }
  const choices = wanted.map((want, index) => partsOf(want, index, candidates[index] ?? [], known))
  const { waivers } = known.rulebook
  const rest = {
    operation: 'book',
    own: search.own,
    nowMs,
    horizonMs,
    waivers,
    subject,
    role,
    setup,
    work: search.work,
  } as const
  const judged = await judgeOptions(
    findOptions(choices, wish, most),
    { ...rest, accounts: search.accounts ?? [], quotas: known.rulebook.quotas },
    workspaceId,
    world,
  )
  const options = judged.flatMap(({ option, against }) => (against.length === 0 ? [option] : []))
  const [first] = judged
  if (options.length > 0 || first) return { options, why: options.length > 0 ? [] : (first?.against ?? []) }
  const why = choices.flatMap((parts, index) => {
    const want = wanted[index]
    if (parts.length === 0 && want)
      return [
        violation('unknown-asset', `There is no asset for ${describeWanted(want, known.rulebook)}.`, {
          path: `/assets/${index}`,
        }),
      ]
    return parts.some((part) => startsOf(part, wish).length > 0) ? [] : parts.flatMap((part) => whyNot(part, wish))
  })
  const together = violation(
    'asset-busy',
    'Each can be had in that window, but not all of them together for so long.',
    {
      path: '/assets',
    },
  )
  return { options: [], why: why.length > 0 ? why : [together] }
}
