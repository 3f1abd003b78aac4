import { matchDistinct } from '#domain/availability/match.ts'
import type { AssetId } from '#domain/ids.ts'
import { holdersOf } from '#domain/reservations/ledger.ts'
import type { Ask, Part } from '#domain/rules/ask.ts'
import { judgeReservation, standing } from '#domain/rules/judge.ts'
import { type Violation, violation } from '#domain/rules/violation.ts'
import { hours } from '#domain/time.ts'
import type { Known } from './known.ts'
import { describeWanted, isNamed, type Wanted } from './wanted.ts'

export type Picked = { readonly assetId: AssetId; readonly because: string }
export type Picking = {
  readonly parts: readonly Part[]
  /** Of those that were not named. */
  readonly picked: readonly Picked[]
  /** Where there is nothing to pick from at all. */
  readonly lacking: readonly Violation[]
}

type Base = Omit<Ask, 'parts' | 'use'>

const partOf = (path: string, assetId: AssetId, units: number, known: Known): Part => {
  const found = known.assets.get(assetId)
  if (!found) throw new Error(`${assetId} was not read`)
  return { path, assetId, units, ...found }
}

/** Hours that are taken in the days that were read: of several that are free, the least used is picked. */
const loadOf = ({ ledger }: Part, nowMs: number): number =>
  holdersOf(ledger, nowMs).reduce((sum, { startMs, endMs, units }) => sum + (units * (endMs - startMs)) / hours(1), 0)

type Option = { readonly part: Part; readonly breaks: readonly Violation[]; readonly load: number }

const optionsOf = (base: Base, path: string, want: Wanted, ids: readonly AssetId[], known: Known): Option[] =>
  ids
    .map((assetId): Part => {
      const part = partOf(path, assetId, want.units, known)
      return 'capability' in want ? { ...part, need: want.capability } : part
    })
    .filter(({ asset }) => isNamed(want) || asset !== undefined)
    .map((part) => ({
      part,
      breaks: standing(judgeReservation({ ...base, parts: [part], use: [] })),
      load: loadOf(part, base.nowMs),
    }))
    .toSorted((a, b) => a.breaks.length - b.breaks.length || a.load - b.load)

const because = (chosen: Option, options: readonly Option[]): string => {
  const name = chosen.part.asset?.name ?? chosen.part.assetId
  const others = options.filter((option) => option !== chosen)
  if (others.length === 0) return `"${name}" is the only one.`
  const out = others.filter(({ breaks }) => breaks.length > 0)
  const told = out.slice(0, 5).map(({ part, breaks }) => `"${part.asset?.name}": ${breaks[0]?.code}`)
  if (chosen.breaks.length > 0) return `None is free; "${name}" breaks the fewest rules.`
  const least = others.length > out.length ? ' It is the least used around that time.' : ''
  return `"${name}" is free.${least}${told.length > 0 ? ` Not ${told.join(', ')}.` : ''}`
}

/** A choice of one option for each, no asset twice nor one that is named, without broken rules; undefined where there is none. */
const combine = (named: readonly Part[], all: readonly (readonly Option[])[]): Option[] | undefined => {
  const taken = new Set(named.map(({ assetId }) => assetId))
  const able = all.map((options) =>
    options.filter(({ part, breaks }) => breaks.length === 0 && !taken.has(part.assetId)),
  )
  return matchDistinct(able, ({ part }) => part.assetId)
}

/** Units asked twice of one asset add up: a ledger item can be changed once in a transaction. */
const addUp = (parts: readonly Part[]): Part[] => {
  const sums = new Map<AssetId, Part>()
  for (const part of parts) {
    const before = sums.get(part.assetId)
    sums.set(part.assetId, before ? { ...before, units: before.units + part.units } : part)
  }
  return [...sums.values()]
}

/** Where there are not enough assets for one each: several on one, as far as its units reach. */
const shared = (base: Base, named: readonly Part[], all: readonly (readonly Option[])[]): Option[] | undefined => {
  const taken = new Map<AssetId, number>(named.map(({ assetId, units }) => [assetId, units]))
  const chosen: Option[] = []
  for (const options of all) {
    const found = options.find(({ part }) => {
      const units = part.units + (taken.get(part.assetId) ?? 0)
      return standing(judgeReservation({ ...base, parts: [{ ...part, units }], use: [] })).length === 0
    })
    if (!found) return undefined
    taken.set(found.part.assetId, found.part.units + (taken.get(found.part.assetId) ?? 0))
    chosen.push(found)
  }
  return chosen
}

/** Chooses an asset for everything that was asked for by group or capability, and says why that one. */
export const pickAssets = (
  base: Base,
  wanted: readonly Wanted[],
  candidates: readonly (readonly AssetId[])[],
  known: Known,
): Picking => {
  const named: Part[] = []
  const open: { readonly options: readonly Option[] }[] = []
  const lacking: Violation[] = []
  for (const [index, want] of wanted.entries()) {
    const path = `/assets/${index}`
    if (isNamed(want)) named.push(partOf(path, want.assetId, want.units, known))
    else {
      const options = optionsOf(base, path, want, candidates[index] ?? [], known)
      if (options.length > 0) open.push({ options })
      else
        lacking.push(
          violation('unknown-asset', `There is no asset for ${describeWanted(want, known.rulebook)}.`, {
            path,
          }),
        )
    }
  }
  const chosen =
    combine(
      named,
      open.map(({ options }) => options),
    ) ??
    shared(
      base,
      named,
      open.map(({ options }) => options),
    ) ??
    open.flatMap(({ options }) => options[0] ?? [])
  return {
    parts: addUp([...named, ...chosen.map(({ part }) => part)]),
    picked: chosen.map((option, index) => ({
      assetId: option.part.assetId,
      because: because(option, open[index]?.options ?? []),
    })),
    lacking,
  }
}
