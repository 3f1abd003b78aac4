import { readCsv } from '#adapters/system/csv.ts'
import { importAssets } from '#application/assets/transfer/import-assets.ts'
import { addTimeOff, dropTimeOff, setPerson } from '#application/people/change-person.ts'
import { findPeople } from '#application/people/find-people.ts'
import { importPeople } from '#application/people/import-people.ts'
import { importTimeOffCalendar, importTimeOffTable } from '#application/people/import-time-off.ts'
import { dropException, exceptDuty } from '#application/rotations/except-duty.ts'
import { dutyFairness, dutyWarnings, whoHas } from '#application/rotations/look-at-duties.ts'
import { rotationOf } from '#application/rotations/read-rotation.ts'
import { setRotation } from '#application/rotations/set-rotation.ts'
import type { assetRoutes } from '#contracts/http/routes/assets.ts'
import type { peopleRoutes } from '#contracts/http/routes/people.ts'
import type { rotationRoutes } from '#contracts/http/routes/rotations.ts'
import { notFound } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { found, page } from './reading.ts'
import type { RosterHandlersOf } from './request.ts'

const of = ({ workspaceId, personId: assetId }: { workspaceId: WorkspaceId; personId: AssetId }) => ({
  workspaceId,
  assetId,
})

/** Who is there, and who does what. */
export const rosterHandlers: RosterHandlersOf<typeof peopleRoutes & typeof rotationRoutes & typeof assetRoutes> = {
  importAssets: ({ params, body, caller: { actor } }, world) =>
    importAssets({ ...params, ...body, actor }, world, readCsv),
  listPeople: async ({ params, query: { archived, ...query } }, { store }) =>
    page(
      await store.list('asset', params.workspaceId, query),
      ({ kind, status }) => kind === 'person' && (archived || status !== 'retired'),
    ),
  getPerson: async ({ params }, { store }) => {
    const { workspaceId, personId: id } = params
    const asset = await store.get('asset', { workspaceId, id })
    if (asset?.kind !== 'person') throw notFound('person', id)
    return asset
  },
  setPerson: ({ params, body: person, version, caller: { actor } }, world) =>
    setPerson({ ...of(params), actor, version, person }, world),
  importPeople: ({ params, body, caller: { actor } }, world) =>
    importPeople({ ...params, ...body, actor }, world, readCsv),
  importTimeOff: ({ params, body, caller: { actor } }, world) => {
    if ('csv' in body) return importTimeOffTable({ ...params, ...body, actor }, world, readCsv)
    const { personId: assetId, ...rest } = body
    return importTimeOffCalendar({ ...params, assetId, ...rest, actor }, world)
  },
  findPeople: async ({ params, body }, world) => {
    const { reasons, people, ...rest } = await findPeople({ ...params, ...body }, world)
    return {
      ...rest,
      reasons: reasons.map(({ code, message }) => ({ code, message })),
      people: people.map(({ against, ...one }) => ({ ...one, against: [...against] })),
    }
  },
  addTimeOff: ({ params, body, caller: { actor } }, world) => {
    const { from, to = from, kind, note } = body
    const entry = { id: world.ids.unique(), from, to, kind, ...(note !== undefined && { note }) }
    return addTimeOff({ ...of(params), actor, timeOff: [entry] }, world)
  },
  dropTimeOff: ({ params, caller: { actor } }, world) =>
    dropTimeOff({ ...of(params), timeOffId: params.timeOffId, actor }, world),
  getRotation: ({ params }, world) => rotationOf(params.workspaceId, world),
  setRotation: async ({ params: { workspaceId }, body: { duties }, version, caller: { actor } }, world) => ({
    rotation: await setRotation({ workspaceId, actor, version, duties }, world),
    warnings: await dutyWarnings({ workspaceId }, world),
  }),
  getDutyHolder: ({ params, query }, world) => whoHas({ ...params, ...query }, world),
  getDutyWarnings: async ({ params, query }, world) => ({
    warnings: await dutyWarnings({ ...params, ...query }, world),
  }),
  getDutyFairness: async ({ params, query }, world) => ({
    duties: [...(await dutyFairness({ ...params, ...query }, world))],
  }),
  createDutyException: ({ params, body, caller: { actor } }, world) => exceptDuty({ ...params, ...body, actor }, world),
  listDutyExceptions: async ({ params, query }, { store }) =>
    page(await store.list('dutyException', params.workspaceId, { ...query, newestFirst: true })),
  getDutyException: ({ params: { workspaceId, dutyExceptionId } }, world) =>
    found('dutyException', workspaceId, dutyExceptionId, world),
  dropDutyException: async ({ params: { workspaceId, dutyExceptionId: id }, caller: { actor } }, world) => {
    await dropException({ workspaceId, id, actor }, world)
    return undefined
  },
}
