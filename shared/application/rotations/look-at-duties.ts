import { termsOf } from '#domain/assets/asset-type.ts'
import { notFound } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { type Fairness, fairnessOf } from '#domain/rotations/fairness.ts'
import { holderOn } from '#domain/rotations/holder.ts'
import type { Holder } from '#domain/rotations/rotation.ts'
import { type DutyWarning, type HoursOf, unableOn, warningsOf } from '#domain/rotations/warnings.ts'
import { type Day, dayMs, dayOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { daysFrom, exceptionsOf, peopleOf, rotationOf } from './read-rotation.ts'

type LookWorld = Pick<World, 'store' | 'clock'>

/** So far ahead duties are looked at when a rotation is saved, and every night. */
export const lookAheadDays = 28

export type Told = {
  readonly duty: string
  readonly date: Day
  readonly holder: Exclude<Holder, { because: 'no-such-duty' }>
  readonly name?: string
  /** Why whoever has it cannot take it. */
  readonly unable?: { readonly code: string; readonly message: string }
}

const readHours = async (workspaceId: WorkspaceId, { store }: LookWorld): Promise<HoursOf> => {
  const { assetTypes } = await store.rulebook(workspaceId)
  return (asset) =>
    termsOf(
      asset,
      assetTypes.find(({ id }) => id === asset.typeId),
    ).openingHours
}

/** Who has a duty on a date, and why. @throws Refusal `not_found` (the duty) */
export const whoHas = async (
  { workspaceId, duty, date }: { readonly workspaceId: WorkspaceId; readonly duty: string; readonly date: Day },
  world: LookWorld,
): Promise<Told> => {
  const rotation = await rotationOf(workspaceId, world)
  const exceptions = await exceptionsOf(rotation, [date], world)
  const holder = holderOn(rotation, exceptions, duty, date)
  if (holder.because === 'no-such-duty') throw notFound('duty', duty)
  const assetId = holder.because === 'nobody' ? undefined : holder.assetId
  if (assetId === undefined) return { duty, date, holder }
  const asset = await world.store.get('asset', { workspaceId, id: assetId })
  const unable = unableOn(asset, date, await readHours(workspaceId, world))
  return { duty, date, holder, ...(asset && { name: asset.name }), ...(unable && { unable }) }
}

/** What is wrong with the duties of the coming days. */
export const dutyWarnings = async (
  of: { readonly workspaceId: WorkspaceId; readonly from?: Day | undefined; readonly days?: number | undefined },
  world: LookWorld,
): Promise<DutyWarning[]> => {
  const { workspaceId, days = lookAheadDays } = of
  const from = of.from ?? dayOf(world.clock.now())
  const rotation = await rotationOf(workspaceId, world)
  const asked = daysFrom(from, dayOf(Date.parse(`${from}T00:00:00Z`) + (days - 1) * dayMs), rotation.duties.length)
  const exceptions = await exceptionsOf(rotation, asked, world)
  const [people, hoursOf] = await Promise.all([peopleOf(rotation, exceptions, world), readHours(workspaceId, world)])
  return warningsOf(rotation, exceptions, people, asked, hoursOf)
}

/** How the duties are shared among people. */
export const dutyFairness = async (
  { workspaceId, from, to }: { readonly workspaceId: WorkspaceId; readonly from: Day; readonly to: Day },
  world: LookWorld,
): Promise<readonly Fairness[]> => {
  const rotation = await rotationOf(workspaceId, world)
  const days = daysFrom(from, to, rotation.duties.length)
  return fairnessOf(rotation, await exceptionsOf(rotation, days, world), days)
}
