import { type AuditEntry, foldEntries } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import type { World } from '../world.ts'

type Of = { readonly workspaceId: WorkspaceId; readonly id: ScheduleId }
type Reader = Pick<World, 'store'>

const pageSize = 100

/** The history of a schedule from its beginning on, as far as `enough` says. */
export async function* entriesOf({ workspaceId, id }: Of, world: Reader): AsyncGenerator<AuditEntry> {
  let cursor: string | undefined
  do {
    const page = await world.store.history(workspaceId, id, { limit: pageSize, cursor })
    yield* page.items
    cursor = page.next
  } while (cursor !== undefined)
}

/**
 * A schedule as it was in one of its versions; versions never change. The history tells them, also of one that is gone.
 * @throws Refusal `not_found`
 */
export const scheduleVersion = async (input: Of & { readonly version: number }, world: Reader): Promise<Schedule> => {
  const entries: AuditEntry[] = []
  for await (const entry of entriesOf(input, world)) {
    entries.push(entry)
    if (Number(entry.changes.version ?? 0) >= input.version) break
  }
  if (entries.length === 0) throw notFound('schedule', input.id)
  const schedule = foldEntries(entries) as unknown as Schedule
  if (schedule.version !== input.version)
    throw new Refusal(
      'not_found',
      `Schedule ${input.id} has no version ${input.version}; its newest is ${schedule.version ?? 'gone'}.`,
    )
  return schedule
}
