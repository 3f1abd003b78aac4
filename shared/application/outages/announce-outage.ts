import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { Resolution } from '#domain/conflicts/conflict.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { AssetId, OutageId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import { managers } from '#domain/notices/notice.ts'
import type { Outage } from '#domain/outages/outage.ts'
import { holderOf, type Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, msOf } from '#domain/time.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { conflictsOfForce } from '../conflicts/conflicts-of-force.ts'
import { notices } from '../notices/notify.ts'
import { cancelReservation } from '../reservations/cancel-reservation.ts'
import { changeReservation } from '../reservations/change-reservation.ts'
import { readAsk } from '../reservations/read-ask.ts'
import { refusalFor } from '../reservations/refuse.ts'
import { next, reservationChanges } from '../reservations/store-reservation.ts'
import type { Change, World } from '../world.ts'
import { readOutage } from './impact.ts'

type OutageWorld = Pick<World, 'store' | 'clock' | 'ids'>
export type Announcing = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly role: Role | undefined
  readonly assetIds: readonly AssetId[]
  readonly start: string
  readonly end: string
  readonly reason: string
  /** What is to become of what it hits; what is not named stays, and is in conflict with it. */
  readonly moves: readonly Resolution[]
}

/** Same assets, same time, same reason: the same outage, however often it is announced. */
const outageIdOf = ({ assetIds, start, end, reason }: Announcing): OutageId =>
  `out_${fingerprint([assetIds.toSorted(), start, end, reason])}`

/** Keeps one asset out of use, whatever stands there. Blocking it twice is success. */
const block = (
  input: Announcing,
  outageId: OutageId,
  assetId: AssetId,
  units: number,
  index: number,
  world: OutageWorld,
) =>
  transact<Reservation>(world, async () => {
    const { workspaceId, actor, role = 'manager', start, end, reason } = input
    const id: ReservationId = `res_${outageId.slice(4)}-${index}`
    const before = await world.store.get('reservation', { workspaceId, id })
    if (before && before.status !== 'cancelled') return { changes: [], result: before }
    const by = actorName(actor)
    const judged = await readAsk(
      {
        workspaceId,
        operation: 'block',
        wanted: [{ assetId, units }],
        span: { startMs: Math.max(msOf(start), world.clock.now()), endMs: msOf(end) },
        accounts: [],
        override: { codes: ['asset-busy', 'too-close'], by, role },
      },
      world,
    )
    const refusal = refusalFor(judged.violations)
    if (refusal) throw refusal
    const after = next(
      before,
      {
        workspaceId,
        id,
        status: 'confirmed',
        source: { kind: 'maintenance', subject: by, outageId },
        assets: [{ assetId, units }],
        start: instantOf(judged.ask.span.startMs),
        end,
        note: reason,
        createdAt: instantOf(judged.ask.nowMs),
        createdBy: by,
      },
      judged.ask,
    )
    const stored = { before, after, ask: judged.ask, action: 'reservation.blocked', actor, note: reason }
    return {
      changes: [...reservationChanges(stored, world), ...(await conflictsOfForce(after, judged, actor, world))],
      result: after,
    }
  })

/** Moves or cancels one reservation; what does not work is told, and the others go on. */
const apply = async (input: Announcing, move: Resolution, world: OutageWorld): Promise<Outage['results']> => {
  if (move.kind === 'accept') return []
  const { workspaceId, actor, role, assetIds, reason } = input
  const { reservationId } = move
  const address = { workspaceId, id: reservationId, actor, role }
  try {
    if (move.kind === 'cancel') {
      await cancelReservation({ ...address, note: reason }, world)
      return [{ reservationId, what: 'cancelled' }]
    }
    const current = await world.store.get('reservation', { workspaceId, id: reservationId })
    if (!current) throw notFound('reservation', reservationId)
    const { start, end, assetId } = move
    const assets = current.assets.map((one) =>
      assetId !== undefined && assetIds.includes(one.assetId) ? { ...one, assetId } : one,
    )
    const elsewhere = assetId !== undefined && JSON.stringify(assets) !== JSON.stringify(current.assets)
    await changeReservation({ ...address, patch: { start, end, ...(elsewhere && { assets }) } }, world)
    return [{ reservationId, what: 'moved' }]
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'unavailable') throw error
    return [{ reservationId, what: 'failed', message: error.message.slice(0, 500) }]
  }
}

/** So many people are told in the transaction that stores the outage. */
const mostTold = 60

/**
 * Takes assets out of use for a time, moves or cancels what was approved, and tells everybody whom it hits: one action. The
 * assets are blocked first, so nobody books into it; what stays is in conflict with it. Announcing it again goes on where a
 * crash stopped it, and comes to the same.
 * @throws Refusal `invalid`, `limit_exceeded`
 */
export const announceOutage = async (input: Announcing, world: OutageWorld): Promise<Outage> => {
  const { workspaceId, actor, assetIds, start, end, reason, moves } = input
  const id = outageIdOf(input)
  const known = await world.store.get('outage', { workspaceId, id })
  if (known?.status === 'announced') return known
  const span = { startMs: msOf(start), endMs: msOf(end) }
  const read = await readOutage({ workspaceId, assetIds, span }, world)
  const blocks: ReservationId[] = []
  for (const [index, assetId] of assetIds.entries()) {
    const units = read.known.assets.get(assetId)?.asset?.capacity ?? 1
    blocks.push((await block(input, id, assetId, units, index, world)).id)
  }
  const results: Outage['results'] = []
  for (const move of moves) results.push(...(await apply(input, move, world)))
  const by = actorName(actor)
  const told = [...new Set(read.hit.map(({ source }) => holderOf(source)))].filter((name) => name !== by)
  const value: Outage = {
    workspaceId,
    id,
    assetIds: [...assetIds],
    start,
    end,
    reason,
    status: 'announced',
    blocks,
    results,
    version: (known?.version ?? 0) + 1,
    createdAt: instantOf(world.clock.now()),
    createdBy: by,
  }
  const names = assetIds.map((assetId) => `"${read.known.assets.get(assetId)?.asset?.name ?? assetId}"`)
  const changes: Change[] = [
    { type: 'put', kind: 'outage', value, expect: known?.version ?? 'absent' },
    auditOf(world, {
      workspaceId,
      subject: id,
      action: 'outage.announced',
      actor,
      before: known,
      after: value,
      note: reason,
    }),
    ...notices(
      {
        workspaceId,
        to: [...told, managers].slice(0, mostTold),
        event: 'outage.announced',
        message: `${names.join(', ')} will be out of use from ${start} to ${end}: ${reason}`,
        about: [id, ...blocks],
      },
      world,
    ),
  ]
  if (!(await world.store.commit(changes)).committed)
    throw new Refusal('contended', 'Somebody announced the same outage at the same moment. Read it, or try again.')
  return value
}

/** Gives the assets back. What was moved stays where it is. Twice is success. @throws Refusal `not_found` */
export const cancelOutage = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: OutageId
    readonly actor: Actor
    readonly role: Role | undefined
    readonly note: string
  },
  world: OutageWorld,
): Promise<Outage> => {
  const { workspaceId, id, actor, role, note } = input
  const outage = await world.store.get('outage', { workspaceId, id })
  if (!outage) throw notFound('outage', id)
  for (const blockId of outage.blocks)
    await cancelReservation({ workspaceId, id: blockId, actor, role, note }, world).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== 'invalid_state') throw error
    })
  return transact(world, async () => {
    const before = await world.store.get('outage', { workspaceId, id })
    if (!before) throw notFound('outage', id)
    if (before.status === 'cancelled') return { changes: [], result: before }
    const after: Outage = { ...before, status: 'cancelled', version: before.version + 1 }
    return {
      changes: [
        { type: 'put', kind: 'outage', value: after, expect: before.version },
        auditOf(world, { workspaceId, subject: id, action: 'outage.cancelled', actor, before, after, note }),
      ],
      result: after,
    }
  })
}
