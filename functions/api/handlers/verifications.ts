import { readAttendance } from '#application/people/read-attendance.ts'
import { recordAttendance } from '#application/people/record-attendance.ts'
import { changeRosterSettings, rosterSettingsOf } from '#application/people/roster-settings.ts'
import { readWorkload } from '#application/people/workload.ts'
import { resolveFinding } from '#application/verification/resolve-finding.ts'
import { verifyWorkspace } from '#application/verification/verify-workspace.ts'
import type { attendanceRoutes } from '#contracts/http/routes/attendance.ts'
import type { verificationRoutes } from '#contracts/http/routes/verifications.ts'
import { textOf } from '#domain/verification/text.ts'
import type { Verification } from '#domain/verification/verification.ts'
import { found, page } from './reading.ts'
import type { RosterHandlersOf } from './request.ts'

const told = (report: Verification) => ({ ...report, text: textOf(report) })

/** How much people have, whether they came, and what is wrong with the coming days. */
export const verificationHandlers: RosterHandlersOf<typeof attendanceRoutes & typeof verificationRoutes> = {
  getWorkload: async ({ params, query }, world) => readWorkload({ ...params, ...query }, world),
  recordAttendance: ({ params: { workspaceId, personId: assetId }, body: said, caller: { actor } }, world) =>
    recordAttendance({ workspaceId, assetId, actor, said }, world),
  getAttendance: async ({ params, query }, world) => ({ people: await readAttendance({ ...params, ...query }, world) }),
  getRosterSettings: ({ params }, world) => rosterSettingsOf(params.workspaceId, world),
  changeRosterSettings: ({ params, body: change, version, caller: { actor } }, world) =>
    changeRosterSettings({ ...params, actor, version, change }, world),
  verifyNow: async ({ params, caller: { actor } }, world) => told(await verifyWorkspace({ ...params, actor }, world)),
  listVerifications: async ({ params, query }, { store }) => {
    const { items, next } = await store.list('verification', params.workspaceId, { ...query, newestFirst: true })
    return page({ items: items.map(({ findings: _findings, ...report }) => report), ...(next && { next }) })
  },
  getVerification: async ({ params: { workspaceId, verificationId } }, world) =>
    told(await found('verification', workspaceId, verificationId, world)),
  getVerificationText: async ({ params: { workspaceId, verificationId } }, world) =>
    textOf(await found('verification', workspaceId, verificationId, world)),
  resolveFinding: async ({ params, body: { note }, caller: { actor } }, world) => {
    const { workspaceId, verificationId: id, fingerprint } = params
    return told(await resolveFinding({ workspaceId, id, fingerprint, note, actor }, world))
  },
}
