import { termsOf } from '#domain/assets/asset-type.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, type Reason, Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import {
  type Attendance,
  type AttendanceRecord,
  attendanceIdOf,
  mostRecords,
  wasOff,
  withRecord,
} from '#domain/people/attendance.ts'
import { emptyPerson } from '#domain/people/person.ts'
import { absencesIn, dayBegins, localDay, nextDay, zoneOf } from '#domain/people/presence.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'

type Said = Omit<AttendanceRecord, 'by' | 'at'>
type Of = { readonly workspaceId: WorkspaceId; readonly assetId: AssetId; readonly zone: string; readonly said: Said }

const wrong = (reasons: readonly Reason[]): Refusal =>
  new Refusal('invalid', 'This cannot be said of that day; every reason is listed. Nothing was recorded.', { reasons })

/** The reservation that is meant, by its own name or by that of its slot; undefined where it is about the day. */
const reservationOf = async ({ workspaceId, assetId, zone, said }: Of, world: Pick<World, 'store' | 'clock'>) => {
  const { slotId, date } = said
  const slot = slotId && (await world.store.get('slot', { workspaceId, id: slotId }))
  const unknown = (path: string, message: string) => wrong([{ code: 'unknown-reservation', message, path }])
  if (slotId && !slot) throw unknown('/slotId', `There is no slot ${slotId} in this workspace.`)
  const id = said.reservationId ?? slot?.reservationId
  if (id === undefined) return undefined
  const path = said.reservationId ? '/reservationId' : '/slotId'
  const reservation = await world.store.get('reservation', { workspaceId, id })
  if (!reservation || (slot && slot.reservationId !== id))
    throw unknown(path, `There is no reservation ${id}${slot ? ` of slot ${slot.id}` : ''} in this workspace.`)
  if (!reservation.assets.some((one) => one.assetId === assetId))
    throw unknown(path, `Reservation ${id} is not theirs.`)
  const day = localDay(zone, msOf(reservation.start))
  if (day !== date) throw wrong([{ code: 'other-day', message: `Reservation ${id} begins on ${day} (${zone}).`, path }])
  if (msOf(reservation.start) > world.clock.now())
    throw wrong([{ code: 'in-the-future', message: `Reservation ${id} begins at ${reservation.start} only.`, path }])
  return id
}

/**
 * Writes down what became of somebody's planned presence on a day, or at one reservation. Said again of the same, it takes the place
 * of what was said; the history keeps both.
 * @throws Refusal `not_found`, `invalid_state` (no person), `invalid` with all reasons, `limit_exceeded`
 */
export const recordAttendance = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly assetId: AssetId
    readonly actor: Actor
    readonly said: Said
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<AttendanceRecord & { readonly assetId: AssetId }> => {
  const { workspaceId, assetId, actor, said } = input
  const { date, outcome, lateMinutes } = said
  const asset = await world.store.get('asset', { workspaceId, id: assetId })
  if (!asset) throw notFound('person', assetId)
  if (asset.kind !== 'person')
    throw new Refusal('invalid_state', `"${asset.name}" is a ${asset.kind}; only persons attend.`, { current: asset })
  const type = asset.typeId && (await world.store.get('assetType', { workspaceId, id: asset.typeId }))
  const zone = zoneOf(termsOf(asset, type || undefined).openingHours)
  const nowMs = world.clock.now()
  const reasons: Reason[] = []
  const add = (code: string, message: string, path: string) => void reasons.push({ code, message, path })
  if (date > localDay(zone, nowMs)) add('in-the-future', `${date} has not begun yet (${zone}).`, '/date')
  if ((outcome === 'late') !== (lateMinutes !== undefined))
    add('late-minutes', '`lateMinutes` goes with `late`, and with nothing else.', '/lateMinutes')
  const span = { startMs: dayBegins(zone, date), endMs: dayBegins(zone, nextDay(date)) }
  const off = wasOff(asset.name, outcome, absencesIn(asset.person ?? emptyPerson, zone, span))
  if (off !== undefined) add('was-off', off, '/date')
  if (reasons.length > 0) throw wrong(reasons)
  const reservationId = await reservationOf({ workspaceId, assetId, zone, said }, world)
  const record: AttendanceRecord = {
    ...said,
    ...(reservationId && { reservationId }),
    by: actorName(actor),
    at: instantOf(nowMs),
  }
  const id = attendanceIdOf(assetId, date)
  return transact(world, async () => {
    const before = await world.store.get('attendance', { workspaceId, id })
    const records = withRecord(before?.records ?? [], record)
    if (records.length > mostRecords)
      throw new Refusal('limit_exceeded', `${mostRecords} records are kept of one person in one month.`)
    const after: Attendance = { workspaceId, id, assetId, records, version: (before?.version ?? 0) + 1 }
    return {
      changes: [
        { type: 'put', kind: 'attendance', value: after, expect: before?.version ?? 'absent' },
        auditOf(world, { workspaceId, subject: id, action: 'attendance.recorded', actor, before, after }),
      ],
      result: { assetId, ...record },
    }
  })
}
