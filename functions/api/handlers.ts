import type * as z from 'zod'
import { changeAgent, enrolAgent } from '#application/agents/agents.ts'
import { changeAsset, createAsset } from '#application/assets/assets.ts'
import { changeProtocol, createProtocol } from '#application/protocols/protocols.ts'
import { bookReservation, cancelReservation } from '#application/reservations/book-reservation.ts'
import { releaseQuarantine } from '#application/reservations/release-quarantine.ts'
import { abortRun } from '#application/runs/abort-run.ts'
import { requestRun } from '#application/runs/request-run.ts'
import * as schedules from '#application/schedules/schedules.ts'
import { createWorkspace, putMember, removeMember, renameWorkspace } from '#application/workspaces/workspaces.ts'
import type { Documents, Keys, Kind, World } from '#application/world.ts'
import { openApiDocument } from '#contracts/http/openapi.ts'
import type { parameterSchemas } from '#contracts/http/route.ts'
import type { AnswerOf, BodyOf, ParametersIn, QueryOf, RouteId, Routes } from '#contracts/http/routes.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import { reservationIdOf, type WorkspaceId } from '#domain/ids.ts'
import { currentAttempt, type Run } from '#domain/runs/run.ts'
import { roleAllows } from '#domain/workspaces/workspace.ts'
import type { Caller } from './authorise.ts'

export type ApiWorld = Omit<World, 'callbacks'>

/** What a handler gets: everything is checked already. */
export type Request<K extends RouteId> = {
  readonly params: {
    readonly [N in ParametersIn<Routes[K]['path']> & keyof typeof parameterSchemas]: z.output<
      (typeof parameterSchemas)[N]
    >
  }
  readonly query: QueryOf<K>
  readonly body: BodyOf<K>
  /** The version read by the caller; undefined for If-Match: *. */
  readonly version: number | undefined
  readonly caller: Caller
}

type Handlers = { readonly [K in RouteId]: (request: Request<K>, world: ApiWorld) => Promise<AnswerOf<K>> }

const found = async <
  K extends Exclude<Kind, 'member' | 'command' | 'workspace' | 'scheduleStats' | 'idempotency' | 'arming'>,
>(
  kind: K,
  workspaceId: WorkspaceId,
  id: string,
  world: ApiWorld,
): Promise<Documents[K]> => {
  const value = await world.store.get(kind, { workspaceId, id } as unknown as Keys[K])
  if (!value) throw notFound(kind, id)
  return value
}

/** The answer types of zod are mutable, the world's are not; they are the same values. */
const page = <T>({ items, next }: { readonly items: readonly T[]; readonly next?: string }) => ({
  items: [...items],
  ...(next !== undefined && { next }),
})

const reservationsOf = async (run: Run, world: ApiWorld) => {
  const attempts = Array.from({ length: currentAttempt(run) }, (_, index) => index + 1)
  const keys = attempts.map((attempt) => ({ workspaceId: run.workspaceId, id: reservationIdOf(run.id, attempt) }))
  const all = await world.store.getMany('reservation', keys)
  return all.flatMap((reservation) => (reservation ? [reservation] : []))
}

const managersOnly = ['name', 'capacity', 'capabilities', 'agentId', 'tags'] as const

/** One line a route: parse came before, respond comes after. */
export const handlers: Handlers = {
  getHealth: async () => ({ status: 'ok' }),
  getOpenApi: async () => openApiDocument() as AnswerOf<'getOpenApi'>,

  createWorkspace: ({ body, caller }, world) =>
    createWorkspace({ actor: caller.actor, personName: caller.name, ...body }, world),
  listWorkspaces: async ({ query, caller }, world) => page(await world.store.membershipsOf(caller.subject, query)),
  getWorkspace: async ({ params }, world) => {
    const workspace = await world.store.get('workspace', { id: params.workspaceId })
    if (!workspace) throw notFound('workspace', params.workspaceId)
    return workspace
  },
  changeWorkspace: ({ params, body, version, caller }, world) =>
    renameWorkspace({ id: params.workspaceId, actor: caller.actor, version, name: body.name }, world),
  listMembers: async ({ params, query }, world) => page(await world.store.list('member', params.workspaceId, query)),
  putMember: ({ params, body, caller }, world) => putMember({ ...params, ...body, actor: caller.actor }, world),
  removeMember: ({ params, caller }, world) =>
    removeMember({ ...params, actor: caller.actor }, world) as Promise<undefined>,

  createAsset: ({ params, body, caller }, world) => createAsset({ ...params, actor: caller.actor, asset: body }, world),
  listAssets: async ({ params, query }, world) => page(await world.store.list('asset', params.workspaceId, query)),
  getAsset: ({ params }, world) => found('asset', params.workspaceId, params.assetId, world),
  changeAsset: async ({ params, body, version, caller }, world) => {
    if (caller.role && !roleAllows(caller.role, 'manager') && managersOnly.some((field) => body[field] !== undefined))
      throw new Refusal(
        'forbidden',
        `As ${caller.role} you may change status and statusNote; ${managersOnly.join(', ')} need a manager.`,
      )
    return changeAsset(
      { workspaceId: params.workspaceId, id: params.assetId, actor: caller.actor, version, patch: body },
      world,
    )
  },
  retireAsset: async ({ params, version, caller }, world) => {
    await changeAsset(
      {
        workspaceId: params.workspaceId,
        id: params.assetId,
        actor: caller.actor,
        version,
        patch: { status: 'retired' },
      },
      world,
    )
    return undefined
  },
  enrolAgent: ({ params, body, caller }, world) => enrolAgent({ ...params, actor: caller.actor, ...body }, world),
  listAgents: async ({ params, query }, world) => page(await world.store.list('agent', params.workspaceId, query)),
  getAgent: ({ params }, world) => found('agent', params.workspaceId, params.agentId, world),
  changeAgent: ({ params, body, version, caller }, world) =>
    changeAgent(
      { workspaceId: params.workspaceId, id: params.agentId, actor: caller.actor, version, patch: body },
      world,
    ),

  createProtocol: ({ params, body, caller }, world) =>
    createProtocol({ ...params, actor: caller.actor, protocol: body }, world),
  listProtocols: async ({ params, query }, world) =>
    page(await world.store.list('protocol', params.workspaceId, query)),
  getProtocol: ({ params }, world) => found('protocol', params.workspaceId, params.protocolId, world),
  changeProtocol: ({ params, body, version, caller }, world) =>
    changeProtocol(
      { workspaceId: params.workspaceId, id: params.protocolId, actor: caller.actor, version, patch: body },
      world,
    ),
  archiveProtocol: async ({ params, version, caller }, world) => {
    const patch = { status: 'archived' } as const
    await changeProtocol(
      { workspaceId: params.workspaceId, id: params.protocolId, actor: caller.actor, version, patch },
      world,
    )
    return undefined
  },

  createSchedule: ({ params, body, caller }, world) =>
    schedules.createSchedule({ ...params, actor: caller.actor, schedule: body }, world),
  listSchedules: async ({ params, query }, world) =>
    page(await world.store.list('schedule', params.workspaceId, query)),
  getSchedule: ({ params }, world) =>
    schedules.getSchedule({ workspaceId: params.workspaceId, id: params.scheduleId }, world),
  changeSchedule: ({ params, body, version, caller }, world) =>
    schedules.changeSchedule(
      { workspaceId: params.workspaceId, id: params.scheduleId, actor: caller.actor, version, patch: body },
      world,
    ),
  deleteSchedule: async ({ params, query, version, caller }, world) => {
    const address = { workspaceId: params.workspaceId, id: params.scheduleId, actor: caller.actor, version }
    if (query.hard) await schedules.deleteSchedule(address, world)
    else await schedules.archiveSchedule({ ...address, note: 'Deleted.' }, world)
    return undefined
  },
  pauseSchedule: ({ params, body, caller }, world) =>
    schedules.pauseSchedule(
      { workspaceId: params.workspaceId, id: params.scheduleId, actor: caller.actor, note: body.note },
      world,
    ),
  resumeSchedule: ({ params, caller }, world) =>
    schedules.resumeSchedule({ workspaceId: params.workspaceId, id: params.scheduleId, actor: caller.actor }, world),
  recoverSchedule: ({ params, body, caller }, world) =>
    schedules.recoverSchedule(
      { workspaceId: params.workspaceId, id: params.scheduleId, actor: caller.actor, note: body.note },
      world,
    ),
  triggerSchedule: ({ params, body, caller }, world) =>
    requestRun(
      {
        workspaceId: params.workspaceId,
        actor: caller.actor,
        source: { kind: 'schedule', scheduleId: params.scheduleId },
        ...body,
      },
      world,
    ),

  startRun: ({ params, body: { protocolId, ...rest }, caller }, world) =>
    requestRun(
      { workspaceId: params.workspaceId, actor: caller.actor, source: { kind: 'protocol', protocolId }, ...rest },
      world,
    ),
  listRuns: async ({ params, query: { scheduleId, live, ...rest } }, world) => {
    if (live) {
      const runs = await world.store.liveRuns(params.workspaceId, rest)
      return page({
        ...runs,
        items: runs.items.filter((run) => scheduleId === undefined || run.scheduleId === scheduleId),
      })
    }
    const newest = { ...rest, newestFirst: true }
    return page(
      await (scheduleId
        ? world.store.runsOfSchedule(params.workspaceId, scheduleId, newest)
        : world.store.list('run', params.workspaceId, newest)),
    )
  },
  getRun: ({ params }, world) => found('run', params.workspaceId, params.runId, world),
  getRunHistory: async ({ params, query }, world) => {
    await found('run', params.workspaceId, params.runId, world)
    return page(await world.store.history(params.workspaceId, params.runId, query))
  },
  getRunReservations: async ({ params }, world) =>
    page({ items: await reservationsOf(await found('run', params.workspaceId, params.runId, world), world) }),
  abortRun: ({ params, body, caller }, world) => abortRun({ ...params, actor: caller.actor, ...body }, world),
  listAudit: async ({ params, query: { subject, ...rest } }, world) =>
    page(await world.store.history(params.workspaceId, subject, rest)),

  createReservation: ({ params, body, caller }, world) =>
    bookReservation({ ...params, actor: caller.actor, ...body }, world),
  listReservations: async ({ params, query: { quarantined, ...rest } }, world) =>
    page(
      await (quarantined
        ? world.store.quarantined(params.workspaceId, rest)
        : world.store.list('reservation', params.workspaceId, { ...rest, newestFirst: true })),
    ),
  getReservation: ({ params }, world) => found('reservation', params.workspaceId, params.reservationId, world),
  cancelReservation: ({ params, body, caller }, world) =>
    cancelReservation(
      {
        workspaceId: params.workspaceId,
        id: params.reservationId,
        actor: caller.actor,
        note: body.note,
        mayCancelOthers: caller.role !== undefined && roleAllows(caller.role, 'manager'),
      },
      world,
    ),
  releaseReservation: ({ params, body, caller }, world) =>
    releaseQuarantine({ ...params, actor: caller.actor, note: body.note }, world),
}
