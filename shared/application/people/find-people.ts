import { termsOf } from '#domain/assets/asset-type.ts'
import type { Reason } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { companionReasons } from '#domain/orders/companion.ts'
import { dutiesIn } from '#domain/orders/requirement-duties.ts'
import { workOf } from '#domain/orders/work-of.ts'
import { forPeople, type Known, lackOf } from '#domain/people/lacks.ts'
import { type Load, loadOf } from '#domain/people/load.ts'
import { zoneOf } from '#domain/people/presence.ts'
import { periodAt } from '#domain/period.ts'
import { type AssetLedger, daysAround, footprint, type Interval } from '#domain/reservations/ledger.ts'
import { onDutyAt } from '#domain/rotations/turns.ts'
import type { Ask, Part } from '#domain/rules/ask.ts'
import { judgeReservation, standing } from '#domain/rules/judge.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { orderTypesOf } from '../order-types/read-order-types.ts'
import { horizonMs } from '../reservations/horizon.ts'
import { allAssets } from '../reservations/wanted.ts'
import { readDuties } from '../rotations/read-duties.ts'
import type { World } from '../world.ts'
import { type PeopleAsk, readWish } from './people-wish.ts'

type FindWorld = Pick<World, 'store' | 'clock'>

/** No gap to other work is longer, and no day. */
const aroundMs = dayMs

export type Against = {
  readonly code: string
  readonly message: string
  readonly severity: 'hard' | 'soft'
  readonly overridableBy?: string | undefined
}
export type RankedPerson = {
  readonly assetId: AssetId
  readonly name: string
  readonly may: boolean
  readonly why: Load
  readonly against: readonly Against[]
}
export type FoundPeople = {
  readonly start: string
  readonly end: string
  /** What the order itself says against that time, whoever does it. */
  readonly reasons: readonly Reason[]
  readonly people: readonly RankedPerson[]
}

/** What stands in the calendars of people in the week of a time and around it, read at once for all of them. */
const readLedgers = async (
  workspaceId: WorkspaceId,
  span: Interval,
  zones: readonly string[],
  world: FindWorld,
): Promise<(assetId: AssetId) => AssetLedger> => {
  const weeks = [...new Set(zones)].flatMap((zone) => footprint(periodAt('week', zone, span.startMs)))
  const days = [...new Set([...weeks, ...daysAround(span, aroundMs)])]
  const byAsset = Map.groupBy(await world.store.horizon(workspaceId, days), ({ assetId }) => assetId)
  return (assetId) => {
    const items = byAsset.get(assetId) ?? []
    const claims = items.find(({ item }) => item === 'OPEN')?.claims ?? {}
    return {
      assetId,
      open: { version: 0, fence: 0, claims },
      days: items.flatMap(({ item, claims: all }) => (item === 'OPEN' ? [] : [{ day: item, version: 0, claims: all }])),
    }
  }
}

const byRank = (a: RankedPerson, b: RankedPerson): number =>
  Number(b.may) - Number(a.may) ||
  a.why.hoursInWeek - b.why.hoursInWeek ||
  a.why.hoursOnDay - b.why.hoursOnDay ||
  a.name.localeCompare(b.name) ||
  (a.assetId < b.assetId ? -1 : 1)

/**
 * Everybody of a workspace for an order at a time: first those who may do it, whoever has the least in that week first; then the
 * others, each with everything that is against them. What is told is as the calendar is known now; a booking judges again.
 * @throws Refusal `not_found` (the order), `invalid`
 */
export const findPeople = async (of: PeopleAsk, world: FindWorld): Promise<FoundPeople> => {
  const { workspaceId } = of
  const wish = await readWish(of, world)
  const { span, requirements, setup, own, bond } = wish
  const nowMs = world.clock.now()
  const [assets, rulebook, duties, { types }] = await Promise.all([
    allAssets(workspaceId, world),
    world.store.rulebook(workspaceId),
    readDuties(workspaceId, dutiesIn(requirements), { startMs: span.startMs, endMs: span.startMs + 1 }, world),
    orderTypesOf(workspaceId, world),
  ])
  const people = assets
    .filter(({ kind, status }) => kind === 'person' && status !== 'retired')
    .map((asset) => {
      const type = rulebook.assetTypes.find(({ id }) => id === asset.typeId)
      return { asset, terms: termsOf(asset, type) }
    })
  const zones = people.map(({ terms }) => zoneOf(terms.openingHours))
  const ledgerOf = await readLedgers(workspaceId, span, zones, world)
  const known: Known = {
    inGroup: (id) => rulebook.assetGroups.find((group) => group.id === id)?.assetIds ?? [],
    onDuty: (duty) => onDutyAt(duties, duty, span.startMs),
  }
  const wanted = forPeople(requirements, assets, known)
  const base: Omit<Ask, 'parts'> = {
    operation: 'hold',
    span,
    nowMs,
    horizonMs,
    setup,
    work: workOf(types, wish.type),
    own,
    accounts: [],
    use: [],
    quotas: [],
    waivers: rulebook.waivers,
  }

  const ranked = ({ asset, terms }: (typeof people)[number]): RankedPerson => {
    const { id: assetId, name } = asset
    const ledger = ledgerOf(assetId)
    const lacks = wanted.map((want) => lackOf(asset, want, known))
    const taken = wanted.find((_, index) => lacks[index] === undefined)
    const need = taken && 'capability' in taken ? taken.capability : undefined
    const part: Part = { path: '', assetId, units: 1, asset, terms, ledger, need }
    const shared = bond ? companionReasons(bond.follows, { ...span, assetIds: [assetId] }, bond.other) : []
    const against: Against[] = [
      ...(taken === undefined ? lacks.flatMap((lack) => lack ?? []) : []).map((lack) => ({
        ...lack,
        severity: 'hard' as const,
      })),
      ...shared
        .filter(({ path }) => path === '/assets')
        .map(({ code, message }) => ({ code, message, severity: 'hard' as const })),
      ...standing(judgeReservation({ ...base, parts: [part] })).map(({ code, message, severity, overridableBy }) => ({
        code,
        message,
        severity,
        ...(overridableBy !== undefined && { overridableBy }),
      })),
    ]
    const why = loadOf(ledger, zoneOf(terms.openingHours), span, nowMs, own?.id)
    return { assetId, name, may: against.length === 0, why, against }
  }
  return {
    start: instantOf(span.startMs),
    end: instantOf(span.endMs),
    reasons: wish.reasons,
    people: people.map(ranked).toSorted(byRank),
  }
}
