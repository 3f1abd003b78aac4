import type { WorkspaceId } from '#domain/ids.ts'
import { managers, type NoticeEvent } from '#domain/notices/notice.ts'
import { instantOf } from '#domain/time.ts'
import { subjectSchema } from '#domain/workspaces/workspace.ts'
import type { Change, World } from '../world.ts'

export type Telling = {
  readonly workspaceId: WorkspaceId
  /** Subjects; whoever is none (a run, a schedule, the system) is told through the managers. */
  readonly to: readonly string[]
  readonly event: NoticeEvent
  readonly message: string
  readonly about: readonly string[]
}

const isPerson = (name: string): boolean =>
  subjectSchema.safeParse(name).success && !/^(?:run|sch|agt)_/.test(name) && !name.startsWith('system:')

/** Tells people of something, in the transaction in which it happens: what is not stored was not told, and the reverse. */
export const notices = (telling: Telling, world: Pick<World, 'clock' | 'ids'>): Change[] => {
  const { workspaceId, event, message, about } = telling
  const to = [...new Set(telling.to.map((name) => (isPerson(name) ? name : managers)))]
  return to.map(
    (recipient): Change => ({
      type: 'put',
      kind: 'notice',
      value: {
        workspaceId,
        id: `ntc_${world.ids.unique()}`,
        to: recipient,
        event,
        message,
        about: [...about],
        at: instantOf(world.clock.now()),
        version: 1,
      },
      expect: 'absent',
    }),
  )
}
