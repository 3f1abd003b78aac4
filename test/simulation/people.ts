import { acknowledgeStop, emergencyStop } from '#application/emergency/emergency-stop.ts'
import { answerFacts } from '#application/recovery/answer-facts.ts'
import { clearRecovery } from '#application/recovery/clear-recovery.ts'
import { continueRecovery } from '#application/recovery/continue-recovery.ts'
import { bookReservation } from '#application/reservations/book-reservation.ts'
import { cancelReservation } from '#application/reservations/cancel-reservation.ts'
import { changeReservation } from '#application/reservations/change-reservation.ts'
import { confirmReservation } from '#application/reservations/confirm-reservation.ts'
import { releaseQuarantine } from '#application/reservations/release-quarantine.ts'
import { abortRun } from '#application/runs/abort-run.ts'
import { pauseRun, resumeRun } from '#application/runs/pause-run.ts'
import { requestRun } from '#application/runs/request-run.ts'
import type { World } from '#application/world.ts'
import type { Actor } from '#domain/audit/entry.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { isAhead } from '#domain/reservations/reservation.ts'
import { runSettingsSchema, type Schedule } from '#domain/schedules/schedule.ts'
import { hours, instantOf, minutes, msOf } from '#domain/time.ts'
import type { FaultRates } from './faults.ts'
import type { Instruments } from './instruments.ts'
import type { Laboratory } from './laboratory.ts'
import type { Random } from './random.ts'
import type { VirtualTime } from './virtual-time.ts'

/**
 * People who start, stop, book and clear things at the wrong moment. Those who release a quarantine look first: they do so
 * only when the instrument stands still, because that is what looking is for.
 */
export const createPeople = (of: {
  readonly time: VirtualTime
  readonly random: Random
  readonly count: (what: string) => void
  readonly world: Pick<World, 'store' | 'clock' | 'ids' | 'agentLink' | 'workflows' | 'timetable'>
  readonly workspaceId: WorkspaceId
  readonly laboratory: Laboratory
  readonly instruments: Instruments
  readonly rates: () => FaultRates
}): { goHome(): void } => {
  const { time, random, world, count, workspaceId, laboratory, instruments, rates } = of
  const actor: Actor = { kind: 'person', subject: 'sam' }
  const parameters = { checkSchema: () => [], check: () => [] }
  let atWork = true

  const setStatus = async (status: 'active' | 'paused', id: ScheduleId, from: Schedule['status']): Promise<void> => {
    const current = await world.store.get('schedule', { workspaceId, id })
    if (current?.status !== from) return
    const { status: _status, stopped: _stopped, ...rest } = current as Schedule & { stopped?: unknown }
    const stopped = { note: 'a pause', since: instantOf(time.now()), by: 'sam' }
    const value = { ...rest, version: current.version + 1, status, ...(status === 'paused' && { stopped }) } as Schedule
    await world.store.commit([{ type: 'put', kind: 'schedule', value, expect: current.version }])
  }
  const anySchedule = () => random.pick(laboratory.schedules).schedule.id

  const role = 'manager' as const
  const anyBooking = async () => {
    const { items } = await world.store.list('reservation', workspaceId, { limit: 100, newestFirst: true })
    const mine = items.filter((one) => isAhead(one) && one.source.kind === 'person')
    return mine.length > 0 ? random.pick(mine) : undefined
  }
  const settings = runSettingsSchema.parse({})

  const deeds = {
    start: () =>
      requestRun(
        {
          workspaceId,
          actor,
          source: { kind: 'protocol', protocolId: random.pick(laboratory.protocols).id, settings },
          parameters: { durationMs: random.between(1_000, 600_000) },
        },
        { ...world, parameters },
      ),
    abort: async () => {
      const live = (await world.store.liveRuns(workspaceId, { limit: 100 })).items
      if (live.length > 0)
        await abortRun({ workspaceId, runId: random.pick(live).id, actor, note: 'no longer needed' }, world)
    },
    book: async () => {
      const start = time.now() + minutes(random.between(0, 600))
      const end = start + minutes(random.between(5, 300))
      await bookReservation(
        {
          workspaceId,
          actor,
          assets: [{ assetId: random.pick(laboratory.assets), units: 1 }],
          start: instantOf(start),
          end: instantOf(end),
        },
        world,
      )
    },
    hold: async () => {
      const start = time.now() + minutes(random.between(0, 300))
      const end = start + minutes(random.between(5, 200))
      const assets = [{ assetId: random.pick(laboratory.assets), units: 1 }]
      const times = { start: instantOf(start), end: instantOf(end) }
      await bookReservation({ workspaceId, actor, role, assets, ...times, holdMinutes: random.between(1, 60) }, world)
    },
    change: async () => {
      const current = await anyBooking()
      if (!current) return
      const by = minutes(random.between(-60, 60))
      const patch = { end: instantOf(msOf(current.end) + by) }
      const what = random.pick(['move', 'confirm', 'cancel', 'extend'] as const)
      const address = { workspaceId, id: current.id, actor, role, version: current.version }
      if (what === 'confirm') await confirmReservation(address, world)
      else if (what === 'cancel') await cancelReservation({ ...address, note: 'not needed' }, world)
      else if (what === 'extend') await changeReservation({ ...address, patch }, world)
      else
        await changeReservation({ ...address, patch: { ...patch, start: instantOf(msOf(current.start) + by) } }, world)
    },
    pause: () => setStatus('paused', anySchedule(), 'active'),
    resume: () => setStatus('active', anySchedule(), 'paused'),
    /** A drive is to stand still, or to go on. */
    still: async () => {
      const live = (await world.store.liveRuns(workspaceId, { limit: 100 })).items
      if (live.length === 0) return
      const of = { workspaceId, runId: random.pick(live).id, actor }
      if (random.chance(0.5)) await pauseRun(of, world)
      else await resumeRun(of, world)
    },
    panic: async () => {
      if (random.chance(0.6)) return
      count('emergencyStop')
      const whole = random.chance(0.3)
      const assetId = random.pick(laboratory.assets)
      await emergencyStop({ workspaceId, actor, note: 'smoke', ...(!whole && { assetId }) }, world)
    },
    calm: async () => {
      const workspace = await world.store.get('workspace', { id: workspaceId })
      if (workspace?.emergencyStop) await acknowledgeStop({ workspaceId, actor, note: 'no fire' }, world)
      for (const assetId of laboratory.assets) {
        const asset = await world.store.get('asset', { workspaceId, id: assetId })
        if (asset?.emergencyStop) await acknowledgeStop({ workspaceId, assetId, actor, note: 'no fire' }, world)
      }
    },
    /** The recovery desk: who clears something looks first, and only when the instrument stands still. */
    desk: async () => {
      for (const recovery of (await world.store.openRecoveries(workspaceId, { limit: 100 })).items) {
        const at = { workspaceId, id: recovery.id, actor, note: 'looked at it' }
        const again = recovery.options.find(({ action }) => action !== 'abort')
        const answers = Object.fromEntries(recovery.facts.map(({ key }) => [key, { verdict: 'unknown' as const }]))
        await answerFacts({ workspaceId, id: recovery.id, actor, answers }, world).catch(() => undefined)
        // What may be moving stays held; the schedule may go on elsewhere.
        const moving = recovery.assetIds.some((assetId) => instruments.isMoving(assetId))
        const done =
          again && !moving && random.chance(0.3)
            ? continueRecovery({ ...at, option: again.id }, world)
            : clearRecovery({ ...at, quarantine: moving ? 'keep' : 'release', missed: 'skip' }, world)
        await done.catch(() => undefined)
      }
    },
    look: async () => {
      for (const reservation of (await world.store.quarantined(workspaceId, { limit: 100 })).items)
        if (reservation.assets.every(({ assetId }) => !instruments.isMoving(assetId)))
          await releaseQuarantine({ workspaceId, reservationId: reservation.id, actor, note: 'looked at it' }, world)
    },
  }

  /** The operator's round: what needs a person is cleared, so that work goes on. */
  const round = async (): Promise<void> => {
    await deeds.calm()
    await deeds.desk()
    await deeds.look()
  }
  const walkRound = (): void => {
    if (!atWork) return
    round().catch(() => undefined)
    time.after(minutes(random.between(10, 40)), walkRound)
  }
  time.after(minutes(15), walkRound)

  const act = (): void => {
    if (!atWork) return
    const deed = random.pick(Object.values(deeds))
    // What is refused is refused; people shrug and go on.
    deed().catch(() => undefined)
    const perHour = Math.max(0.5, rates().peoplePerHour)
    time.after((-Math.log(1 - random.next()) * hours(1)) / perHour, act)
  }
  if (rates().peoplePerHour > 0) time.after(minutes(1), act)
  return {
    goHome: () => {
      atWork = false
    },
  }
}
