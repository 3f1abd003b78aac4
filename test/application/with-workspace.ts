import { getSchedule } from '#application/schedules/get-schedule.ts'
import { instantOf } from '#domain/time.ts'
import { scheduled, workspaceId } from './scheduled.ts'

/** A schedule in a laboratory whose workspace is a document, so that switches can be thrown. */
export const withWorkspace = async (more: Parameters<typeof scheduled>[0] = {}) => {
  const lab = await scheduled(more)
  const at = instantOf(lab.world.clock.now())
  const value = { id: workspaceId, name: 'Lab', version: 1, createdAt: at, createdBy: 'sam' } as const
  await lab.world.store.commit([{ type: 'put', kind: 'workspace', value, expect: 'absent' }])
  const next = async () => (await getSchedule(lab.address, lab.world)).nextTimes.map(({ utc }) => utc.slice(0, 16))
  return { ...lab, next }
}
