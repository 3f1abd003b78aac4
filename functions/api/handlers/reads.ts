import { presencesOf } from '#application/agents/presences-of.ts'
import type { agentRoutes } from '#contracts/http/routes/agents.ts'
import type { protocolRoutes } from '#contracts/http/routes/protocols.ts'
import type { runRoutes } from '#contracts/http/routes/runs.ts'
import type { workspaceRoutes } from '#contracts/http/routes/workspaces.ts'
import type { Agent } from '#domain/agents/agent.ts'
import { notFound } from '#domain/errors.ts'
import { reservationIdOf } from '#domain/ids.ts'
import { isLive } from '#domain/runs/live.ts'
import { currentAttempt, hasDrive, type Run } from '#domain/runs/run.ts'
import { found, page, unlessDeleted } from './reading.ts'
import type { ReadersOf, ReadWorld, Request } from './request.ts'

const withPresence = async (agents: readonly Agent[], world: ReadWorld) => {
  const seen = await presencesOf(agents, world)
  return agents.map((agent, index) => {
    const { lastSeenAt, software, instruments, clockAheadSeconds, rivals } = seen[index] ?? {}
    return {
      ...agent,
      ...(lastSeenAt && { lastSeenAt, software }),
      ...(instruments && { instruments }),
      ...(clockAheadSeconds !== undefined && { clockAheadSeconds }),
      ...(rivals && { rivals }),
    }
  })
}

/** One reservation for each attempt that got its assets. */
const reservationsOf = async (run: Run, world: ReadWorld) => {
  const attempts = Array.from({ length: currentAttempt(run) }, (_, index) => index + 1)
  const keys = attempts.map((attempt) => ({ workspaceId: run.workspaceId, id: reservationIdOf(run.id, attempt) }))
  const all = await world.store.getMany('reservation', keys)
  return all.flatMap((reservation) => reservation ?? [])
}

const listRuns = async ({ params: { workspaceId }, query }: Request<'listRuns'>, { store }: ReadWorld) => {
  const { scheduleId, status, ...wanted } = query
  const newest = { ...wanted, newestFirst: true }
  if (status === 'live')
    return page(await store.liveRuns(workspaceId, newest), (run) => !scheduleId || run.scheduleId === scheduleId)
  const runs = await (scheduleId
    ? store.runsOfSchedule(workspaceId, scheduleId, newest)
    : store.list('run', workspaceId, newest))
  return page(runs, (run) => status !== 'ended' || !isLive(run))
}

const workspaceReaders: ReadersOf<typeof workspaceRoutes> = {
  listWorkspaces: async ({ query, caller }, world) => page(await world.store.membershipsOf(caller.subject, query)),
  getWorkspace: async ({ params }, world) => {
    const workspace = await world.store.get('workspace', { id: params.workspaceId })
    if (!workspace) throw notFound('workspace', params.workspaceId)
    return workspace
  },
  listMembers: async ({ params, query }, world) => page(await world.store.list('member', params.workspaceId, query)),
  getMember: async ({ params }, world) => {
    const member = await world.store.get('member', params)
    if (!member) throw notFound('member', params.subject)
    return member
  },
}

const agentReaders: ReadersOf<typeof agentRoutes> = {
  listAgents: async ({ params, query }, world) => {
    const agents = await world.store.list('agent', params.workspaceId, query)
    return page({ ...agents, items: await withPresence(agents.items, world) })
  },
  getAgent: async ({ params }, world) => {
    const agent = await found('agent', params.workspaceId, params.agentId, world)
    const [detail = agent] = await withPresence([agent], world)
    return detail
  },
}

const runReaders: ReadersOf<typeof runRoutes> = {
  listRuns,
  getRun: async ({ params: { workspaceId, runId } }, world) => {
    const run = await found('run', workspaceId, runId, world)
    if (!hasDrive(run)) return run
    const { agentId, commandId } = run.drive
    const letter = await world.store.get('command', { workspaceId, agentId, id: commandId })
    return letter?.status === 'driving' && letter.progress ? { ...run, progress: letter.progress } : run
  },
  getRunHistory: async ({ params: { workspaceId, runId }, query }, world) => {
    await found('run', workspaceId, runId, world)
    return page(await world.store.history(workspaceId, runId, query))
  },
  getRunReservations: async ({ params: { workspaceId, runId } }, world) =>
    page({ items: await reservationsOf(await found('run', workspaceId, runId, world), world) }),
  listAudit: async ({ params, query: { subject, ...query } }, world) =>
    page(await world.store.history(params.workspaceId, subject, query)),
}

const protocolReaders: ReadersOf<typeof protocolRoutes> = {
  listProtocols: async ({ params, query: { archived, ...query } }, world) =>
    page(await world.store.list('protocol', params.workspaceId, query), unlessDeleted(archived)),
  getProtocol: ({ params }, world) => found('protocol', params.workspaceId, params.protocolId, world),
}

/** What is read as it is stored. */
export const storedReaders = { ...workspaceReaders, ...agentReaders, ...runReaders, ...protocolReaders }
