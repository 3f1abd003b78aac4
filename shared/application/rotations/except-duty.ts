import { termsOf } from '#domain/assets/asset-type.ts'
import { weekdayOf } from '#domain/assets/opening-hours.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { localDay, zoneOf } from '#domain/people/presence.ts'
import { exceptionIdOf } from '#domain/rotations/holder.ts'
import type { DutyException } from '#domain/rotations/rotation.ts'
import type { Day } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { made } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { rotationOf } from './read-rotation.ts'

type ExceptWorld = Pick<World, 'store' | 'clock' | 'ids'>

const refused = (code: string, message: string, path: string): Refusal =>
  new Refusal('invalid', message, { reasons: [{ code, message, path }] })

/**
 * Says who takes a duty on one date instead; the rotation stays as it is.
 * @throws Refusal `invalid` (a date that is over, a duty or person that is not there), `already_exists` (there is one for that date)
 */
export const exceptDuty = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly date: Day
    readonly duty: string
    readonly assetId: AssetId | null
    readonly reason: string
  },
  world: ExceptWorld,
): Promise<DutyException> => {
  const { workspaceId, actor, date, duty, assetId, reason } = input
  const rotation = await rotationOf(workspaceId, world)
  const usual = rotation.duties.find((one) => one.duty === duty)?.week[weekdayOf(date)]
  // Where nobody is to take it, the day is that of whoever usually does.
  const whose = assetId ?? usual
  const [asset, { assetTypes }] = await Promise.all([
    whose && world.store.get('asset', { workspaceId, id: whose }),
    world.store.rulebook(workspaceId),
  ])
  if (!rotation.duties.some((one) => one.duty === duty))
    throw refused('unknown-duty', `There is no duty "${duty}"; name it in the rotation first.`, '/duty')
  if (assetId !== null && (asset?.kind !== 'person' || asset.status === 'retired'))
    throw refused('unknown-person', `${assetId} is nobody who could take a duty in this workspace.`, '/assetId')
  const terms =
    asset &&
    termsOf(
      asset,
      assetTypes.find(({ id }) => id === asset.typeId),
    )
  const today = localDay(zoneOf(terms?.openingHours), world.clock.now())
  if (date < today) throw refused('in-the-past', `${date} is over; today is ${today}.`, '/date')
  const value: DutyException = {
    workspaceId,
    id: exceptionIdOf(date, duty),
    date,
    duty,
    ...(assetId !== null && { assetId }),
    reason,
    ...made(actor, world),
  }
  const { committed } = await world.store.commit([
    { type: 'put', kind: 'dutyException', value, expect: 'absent' },
    auditOf(world, { workspaceId, subject: value.id, action: 'duty-exception.created', actor, after: value }),
  ])
  if (committed) return value
  const current = await world.store.get('dutyException', { workspaceId, id: value.id })
  throw new Refusal(
    'already_exists',
    `There is an exception for "${duty}" on ${date} already. Take it away first, then say who takes it.`,
    { ...(current && { current }) },
  )
}

/** Takes an exception away; the rotation holds again. @throws Refusal `not_found` */
export const dropException = (
  { workspaceId, id, actor }: { readonly workspaceId: WorkspaceId; readonly id: string; readonly actor: Actor },
  world: ExceptWorld,
): Promise<void> =>
  transact<void>(world, async () => {
    const before = await world.store.get('dutyException', { workspaceId, id })
    if (!before) throw notFound('exception', id)
    return {
      changes: [
        { type: 'remove', kind: 'dutyException', key: { workspaceId, id }, expect: before.version },
        auditOf(world, {
          workspaceId,
          subject: id,
          action: 'duty-exception.removed',
          actor,
          before,
          after: { removed: true },
        }),
      ],
      result: undefined,
    }
  })
