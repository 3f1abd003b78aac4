import { createCore } from '#adapters/aws-world.ts'
import { verifyWhenDue } from '#application/verification/verify-workspace.ts'
import { auditorEventSchema } from '#contracts/workflow/messages.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { log } from '../runtime/log.ts'
import { allWorkspaces, forEachWorkspace } from './every-workspace.ts'

const world = createCore(readEnvironment('auditor').TABLE_NAME)

const verify = async (workspaceId: WorkspaceId): Promise<void> => {
  const report = await verifyWhenDue(workspaceId, world)
  if (report) log.info('A verification was made.', { workspaceId, id: report.id, ...report.counts })
}

/**
 * Every quarter of an hour: the coming days of each workspace whose time has come are looked at. Late or twice it does no harm:
 * there is one report of a date, and what broke off is begun anew a quarter of an hour later.
 */
export const handler = eventFunction('auditor', auditorEventSchema, async (): Promise<void> => {
  const failed = await forEachWorkspace(await allWorkspaces(world), verify)
  if (failed > 0)
    throw new Error(`The coming days of ${failed} workspace(s) could not be looked at; see the log. It is tried again.`)
})
