import { termsOf } from '#domain/assets/asset-type.ts'
import type { Span } from '#domain/assets/opening-hours.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { zoneOf } from '#domain/people/presence.ts'
import type { Duties } from '#domain/rotations/turns.ts'
import { dayMs, dayOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { daysFrom, exceptionsOf, peopleOf, rotationOf } from './read-rotation.ts'

/** Reads who has some duties within a span. @throws Refusal `limit_exceeded` */
export const readDuties = async (
  workspaceId: WorkspaceId,
  names: ReadonlySet<string>,
  { startMs, endMs }: Span,
  world: Pick<World, 'store'>,
): Promise<Duties> => {
  if (names.size === 0) return { rotation: { duties: [] }, exceptions: [], people: new Map() }
  const [whole, { assetTypes }] = await Promise.all([rotationOf(workspaceId, world), world.store.rulebook(workspaceId)])
  const rotation = { ...whole, duties: whole.duties.filter(({ duty }) => names.has(duty)) }
  // Days begin up to a day earlier or later somewhere.
  const days = daysFrom(dayOf(startMs - dayMs), dayOf(endMs + dayMs), rotation.duties.length)
  const exceptions = await exceptionsOf(rotation, days, world)
  const assets = await peopleOf(rotation, exceptions, world)
  const people = [...assets].map(([id, asset]) => {
    const type = assetTypes.find((one) => one.id === asset.typeId)
    return [id, { name: asset.name, zone: zoneOf(termsOf(asset, type).openingHours) }] as const
  })
  return { rotation, exceptions, people: new Map(people) }
}
