import type { MemoryStore } from '#adapters/memory/store.ts'
import type { Change } from '#application/world.ts'
import type { Asset } from '#domain/assets/asset.ts'
import { foldEntries } from '#domain/audit/entry.ts'
import type { Command } from '#domain/commands/command.ts'
import { recoveryIdOf } from '#domain/ids.ts'
import type { Claim } from '#domain/reservations/ledger.ts'
import { footprint } from '#domain/reservations/ledger.ts'
import { isAhead, isOpenReservation, type Reservation } from '#domain/reservations/reservation.ts'
import type { Capacity } from '#domain/runs/capacity.ts'
import type { Run } from '#domain/runs/run.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { minutes, msOf } from '#domain/time.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import type { Movement } from './instruments.ts'

export class Violation extends Error {
  override readonly name = 'Violation'
}

const peak = (claims: readonly Claim[]): number =>
  Math.max(
    0,
    ...claims.map(({ startMs }) =>
      claims.reduce((sum, c) => (c.startMs <= startMs && startMs < c.endMs ? sum + c.units : sum), 0),
    ),
  )

/** What must hold at every moment (docs: the invariants by number). Told of every commit and every movement. */
export type Watch = {
  committed(changes: readonly Change[]): void
  /** `intended`: whether the INTENT was on the agent's disk at that moment. */
  moved(movement: Movement, intended: boolean, nowMs: number): void
  /** What must hold when nothing moves any more. */
  atRest(): void
  /** The first violation, if there was one. */
  readonly broken: Violation | undefined
}

export const createWatch = (
  store: () => MemoryStore,
  movements: () => readonly Movement[],
  nowMs: () => number,
  only?: readonly string[],
): Watch => {
  const claim = (holds: boolean, invariant: string, what: () => string): void => {
    if (!holds && (only?.includes(invariant) ?? true)) throw new Violation(`${invariant}: ${what()}`)
  }
  let broken: Violation | undefined
  const letters = new Map<string, Command>()
  const grantedTo = new Map<string, Set<string>>()
  const opened = new Map<string, number>()
  const ended = new Map<string, number>()
  const highestFence = new Map<string, number>()

  const guarded = (check: () => void): void => {
    if (broken) return
    try {
      check()
    } catch (error) {
      broken = error instanceof Violation ? error : new Violation(`the checker failed: ${String(error)}`)
    }
  }

  const count = (counts: Map<string, number>, key: string): number => {
    const next = (counts.get(key) ?? 0) + 1
    counts.set(key, next)
    return next
  }

  const capacityHolds = (workspaceId: string, assetId: string): void => {
    const { documents, ledger } = store().everything()
    const asset = documents.get(`asset/${workspaceId}/${assetId}`) as Asset
    const open = Object.values(ledger.get(`${workspaceId}/${assetId}/OPEN`)?.claims ?? {})
    const inUse = open.reduce((sum, { units }) => sum + units, 0)
    claim(inUse <= asset.capacity, 'I1', () => `${inUse} units of ${assetId} are in use, capacity ${asset.capacity}`)
    const booked = new Map<string, Claim>()
    for (const [key, item] of ledger)
      if (key.startsWith(`${workspaceId}/${assetId}/`) && !key.endsWith('/OPEN'))
        for (const [id, held] of Object.entries(item.claims))
          if (held.expiresMs === undefined || held.expiresMs > nowMs()) booked.set(id, held)
    claim(
      peak([...booked.values()]) <= asset.capacity,
      'I1',
      () => `the bookings of ${assetId} exceed its capacity ${asset.capacity}`,
    )
  }

  const placesHold = ({ workspaceId, id, holders }: Capacity): void => {
    const workspace = store().everything().documents.get(`workspace/${workspaceId}/`) as Workspace
    const most = id === 'workspace' ? workspace.maxConcurrentRuns : undefined
    const taken = Object.keys(holders).length
    claim(most === undefined || taken <= most, 'I1', () => `${taken} runs have a place of ${id}, which has ${most}`)
  }

  return {
    get broken() {
      return broken
    },
    committed: (changes) =>
      guarded(() => {
        for (const change of changes) {
          if (change.type === 'claim') capacityHolds(change.workspaceId, change.assetId)
          if (change.type === 'put' && change.kind === 'capacity') placesHold(change.value)
          if (change.type === 'put' && change.kind === 'command') {
            const command: Command = change.value
            letters.set(command.id, command)
            if (command.status === 'granted' && change.expect !== 'absent') {
              // What was read a moment before may be older than the stop; a minute later nobody may overlook it.
              for (const assetId of command.assetIds ?? []) {
                const asset = store().everything().documents.get(`asset/${command.workspaceId}/${assetId}`) as Asset
                const since = asset.emergencyStop?.since
                claim(
                  since === undefined || msOf(command.grantedAt) < msOf(since) + minutes(1),
                  'I10',
                  () => `${command.id} was granted on ${assetId}, in emergency stop since ${since}`,
                )
              }
            }
            if (command.status === 'granted') {
              // The letter may be written again (a new token, an order to stop); a grant is a session and its moment.
              const to = grantedTo.get(command.id) ?? new Set()
              to.add(`${command.session} at ${command.grantedAt}`)
              grantedTo.set(command.id, to)
              claim(to.size === 1, 'I2', () => `${command.id} was granted ${to.size} times: ${[...to].join(', ')}`)
            }
          }
          if (change.type === 'audit' && change.entry.subject.startsWith('run_')) {
            const { subject, action } = change.entry
            if (action === 'run.opened' || action === 'run.requested')
              claim(count(opened, subject) === 1, 'I4', () => `${subject} was opened twice`)
            if (change.entry.changes.status === 'ended')
              claim(count(ended, subject) === 1, 'I5', () => `${subject} ended twice`)
          }
          if (change.type === 'put' && change.kind === 'run') {
            const run: Run = change.value
            if (run.status === 'ended' && run.outcome === 'indeterminate')
              claim(
                store()
                  .everything()
                  .documents.has(`recovery/${run.workspaceId}/${recoveryIdOf(run.id)}`),
                'I3',
                () => `${run.id} ended so that nobody knows, and left nothing for anybody to look at`,
              )
            const own = run.scheduleId
              ? (store().everything().documents.get(`schedule/${run.workspaceId}/${run.scheduleId}`) as
                  | Schedule
                  | undefined)
              : undefined
            claim(
              run.attempts.length <= (own?.settings.retry.maxRetries ?? 20),
              'I11',
              () =>
                `${run.id} was retried ${run.attempts.length} times; its schedule allows ${own?.settings.retry.maxRetries}`,
            )
            claim(
              run.attempts.length <= run.retry.maxRetries,
              'I11',
              () => `${run.id} was retried ${run.attempts.length} times, allowed ${run.retry.maxRetries}`,
            )
          }
        }
      }),
    moved: (movement, intended, nowMs) =>
      guarded(() => {
        const { commandId } = movement
        const { ledger, documents } = store().everything()
        const letter = letters.get(commandId)
        claim(letter !== undefined, 'I2', () => `${commandId} was driven and never stood in a mailbox`)
        if (!letter) return
        const same = movements().filter((other) => other.commandId === commandId)
        claim(same.length === 1, 'I2', () => `${commandId} was driven ${same.length} times`)
        claim(grantedTo.has(commandId), 'I2', () => `${commandId} was driven without a grant`)
        claim(intended, 'I2', () => `${commandId} was driven before its INTENT was on disk`)
        for (const { assetId, fence } of letter.fences) {
          const highest = highestFence.get(assetId) ?? 0
          claim(fence >= highest, 'I9', () => `${commandId} drove ${assetId} with fence ${fence}, after ${highest}`)
          highestFence.set(assetId, fence)
          const other = movements().find(
            (m) => m !== movement && m.stopMs === undefined && m.assets.some((asset) => asset.assetId === assetId),
          )
          claim(!other, 'I14', () => `${commandId} started on ${assetId} while ${other?.commandId} was still moving it`)
        }
        const reservation = documents.get(`reservation/${letter.workspaceId}/${letter.reservationId}`) as Reservation
        for (const { assetId } of reservation.assets) {
          const held = ledger.get(`${letter.workspaceId}/${assetId}/OPEN`)?.claims ?? {}
          claim(
            letter.reservationId in held,
            'I1',
            () => `${commandId} started on ${assetId}, which it does not hold (any more)`,
          )
        }
        const until = msOf(letter.notAfter)
        claim(nowMs <= until, 'I10', () => `${commandId} started ${nowMs - until} ms after its notAfter`)
      }),
    atRest: () =>
      guarded(() => {
        const { documents, ledger, audit } = store().everything()
        const reservations = new Map<string, Reservation>()
        for (const [key, value] of documents) {
          if (key.startsWith('run/')) {
            const run = value as Run
            claim(run.status === 'ended', 'I5', () => `${run.id} is still ${run.status} when nothing moves any more`)
            const state = foldEntries(
              (audit.get(`${run.workspaceId}/${run.id}`) ?? []).filter(({ action }) => action !== 'run.late-report'),
            )
            claim(
              JSON.stringify(sorted(state)) === JSON.stringify(sorted(run)),
              'I6',
              () => `${run.id} is not the fold of its history`,
            )
          }
          if (key.startsWith('reservation/')) reservations.set((value as Reservation).id, value as Reservation)
        }
        for (const [key, value] of documents) {
          if (!key.startsWith('capacity/')) continue
          const left = Object.keys((value as Capacity).holders)
          claim(left.length === 0, 'I3', () => `${left.join(', ')} still take a place when nothing moves any more`)
        }
        const claimed = new Map<string, string[]>()
        for (const [key, { claims }] of ledger)
          for (const id of Object.keys(claims)) claimed.set(id, [...(claimed.get(id) ?? []), key])
        for (const [id, keys] of claimed) {
          const reservation = reservations.get(id)
          claim(reservation !== undefined, 'I13', () => `claim ${id} in ${keys.join(', ')} has no reservation`)
          claim(reservation?.status !== 'active', 'I3', () => `${id} is still active when nothing moves any more`)
        }
        for (const reservation of reservations.values()) {
          const wanted = isOpenReservation(reservation)
            ? reservation.assets.map(({ assetId }) => `${reservation.workspaceId}/${assetId}/OPEN`)
            : isAhead(reservation)
              ? reservation.assets.flatMap(({ assetId }) =>
                  footprint({ startMs: msOf(reservation.start), endMs: msOf(reservation.end) }).map(
                    (day) => `${reservation.workspaceId}/${assetId}/${day}`,
                  ),
                )
              : []
          const held = claimed.get(reservation.id) ?? []
          claim(
            JSON.stringify(wanted.toSorted()) === JSON.stringify(held.toSorted()),
            'I13',
            () => `${reservation.id} is ${reservation.status} and stands in ${held.join(', ') || 'nothing'}`,
          )
        }
      }),
  }
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
