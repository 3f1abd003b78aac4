import type { Run } from '#domain/runs/run.ts'
import type { Laboratory } from './laboratory.ts'
import { workspaceId } from './laboratory.ts'

/** Moves a booking into quarantine by hand, as the end of an uncertain drive does: out of its days, into OPEN. */
export const releasable = async ({ world }: Laboratory, id: string): Promise<void> => {
  const current = await world.store.get('reservation', { workspaceId, id })
  if (!current) throw new Error(`no reservation ${id}`)
  const claim = { startMs: Date.parse(current.start), endMs: Date.parse(current.end), units: 1 }
  const [ledger] = await world.store.ledger(workspaceId, [{ assetId: current.assets[0]?.assetId ?? 'ast_x', days: [] }])
  const at = { workspaceId, assetId: current.assets[0]?.assetId ?? 'ast_x' } as const
  const { committed } = await world.store.commit([
    { type: 'put', kind: 'reservation', value: { ...current, status: 'quarantined', version: 2 }, expect: 1 },
    { type: 'unclaim', ...at, item: current.start.slice(0, 10), reservationId: current.id },
    { type: 'claim', ...at, item: 'OPEN', expect: ledger?.open.version ?? 0, reservationId: current.id, claim },
  ])
  if (!committed) throw new Error('the reservation could not be moved into quarantine')
}

/** Puts a run into the hands of its agent, as the path of a run does, with an instrument that can pause. */
export const driving = async ({ world }: Laboratory, id: string, status: 'running' | 'paused'): Promise<void> => {
  const run = await world.store.get('run', { workspaceId, id })
  if (!run) throw new Error(`no run ${id}`)
  const [agent] = (await world.store.list('agent', workspaceId, { limit: 1 })).items
  if (!agent) throw new Error('no agent')
  const at = new Date(world.clock.now()).toISOString()
  const drive = {
    attempt: 1,
    reservationId: 'res_of-run' as const,
    commandId: 'cmd_of-run' as const,
    agentId: agent.id,
    assets: [],
    since: at,
  }
  const driven: Run = {
    ...run,
    ...(status === 'running' ? { status } : { status, pausedSince: at }),
    drive,
    startedAt: at,
    version: run.version + 1,
  } as Run
  const { committed } = await world.store.commit([
    { type: 'put', kind: 'run', value: driven, expect: run.version },
    {
      type: 'put',
      kind: 'command',
      expect: 'absent',
      value: {
        workspaceId,
        id: drive.commandId,
        agentId: agent.id,
        runId: run.id,
        attempt: 1,
        reservationId: drive.reservationId,
        driver: run.work.driver,
        parameters: {},
        fences: [],
        notAfter: run.notAfter,
        timeLimitMs: 60_000,
        heartbeatMs: 30_000,
        taskToken: 'token',
        queuedAt: at,
        status: 'driving',
        session: 'session-1',
        grantedAt: at,
        startedAt: at,
        heardAt: at,
        version: 1,
      },
    },
    {
      type: 'put',
      kind: 'presence',
      expect: 'absent',
      value: {
        workspaceId,
        agentId: agent.id,
        lastSeenAt: at,
        session: 'session-1',
        software: 'test',
        instruments: [{ driver: run.work.driver, state: 'driving', can: ['pause'] }],
        version: 1,
      },
    },
  ])
  if (!committed) throw new Error('the run could not be made to run')
}

/** A recovery as an uncertain end leaves it: with ways to go on. */
export const uncertain = async ({ world }: Laboratory, id: string): Promise<void> => {
  const recovery = await world.store.get('recovery', { workspaceId, id })
  if (recovery?.status !== 'open') throw new Error(`no recovery ${id}`)
  const value = {
    ...recovery,
    options: [{ id: 'give-up', action: 'abort' as const, title: 'Leave it' }],
    version: recovery.version + 1,
  }
  await world.store.commit([{ type: 'put', kind: 'recovery', value, expect: recovery.version }])
}
