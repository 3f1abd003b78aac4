import type { Asset } from '#domain/assets/asset.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { nextDay } from '#domain/people/presence.ts'
import { exceptionIdOf } from '#domain/rotations/holder.ts'
import type { DutyException, Rotation } from '#domain/rotations/rotation.ts'
import type { Day } from '#domain/time.ts'
import type { World } from '../world.ts'

type ReadWorld = Pick<World, 'store'>

/** The rotation of a workspace; an empty one where nobody ever made one. */
export const rotationOf = async (workspaceId: WorkspaceId, { store }: ReadWorld): Promise<Rotation> =>
  (await store.get('rotation', { workspaceId })) ?? { workspaceId, duties: [], version: 0 }

/** Days of which duties are asked at once: each duty of each day is read. */
const mostAsked = 5_000

/** The days from one to another, both included. @throws Refusal `invalid`, `limit_exceeded` */
export const daysFrom = (from: Day, to: Day, duties: number): Day[] => {
  if (to < from)
    throw new Refusal('invalid', '`to` must not be before `from`.', {
      reasons: [{ code: 'empty-interval', message: '`to` is before `from`', path: '/to' }],
    })
  const days: Day[] = []
  for (let day = from; day <= to; day = nextDay(day)) {
    days.push(day)
    if (days.length * Math.max(1, duties) > mostAsked)
      throw new Refusal(
        'limit_exceeded',
        `That many days of ${duties} duties are more than ${mostAsked} at once; ask for fewer days.`,
      )
  }
  return days
}

/** The exceptions for some days. */
export const exceptionsOf = async (
  { workspaceId, duties }: Rotation,
  days: readonly Day[],
  { store }: ReadWorld,
): Promise<DutyException[]> => {
  const keys = days.flatMap((day) => duties.map(({ duty }) => ({ workspaceId, id: exceptionIdOf(day, duty) })))
  return (await store.getMany('dutyException', keys)).flatMap((one) => one ?? [])
}

/** The people whom a rotation and its exceptions name. */
export const peopleOf = async (
  { workspaceId, duties }: Rotation,
  exceptions: readonly DutyException[],
  { store }: ReadWorld,
): Promise<Map<AssetId, Asset>> => {
  const named = new Set<AssetId>()
  for (const { week } of duties) for (const assetId of Object.values(week)) named.add(assetId)
  for (const { assetId } of exceptions) if (assetId !== undefined) named.add(assetId)
  const people = await store.getMany(
    'asset',
    [...named].map((id) => ({ workspaceId, id })),
  )
  return new Map(people.flatMap((asset) => (asset ? [[asset.id, asset] as const] : [])))
}
