import type { AuditEntry } from '#domain/audit/entry.ts'
import type { RunId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Notice } from '#domain/notices/notice.ts'
import type { DeliveredNews } from '#domain/notifications/delivery.ts'
import { eventOfNotice, severityOfAction } from '#domain/notifications/events.ts'
import { type News, severityOf } from '#domain/notifications/subscription.ts'
import { eventOfAction } from '#domain/notifications/told-actions.ts'
import { driveOf, type Run } from '#domain/runs/run.ts'
import { isOpenItem } from '../plans/make-way.ts'
import { partsOf } from '../plans/read-plan.ts'
import type { World } from '../world.ts'

/** Something that is to be told: what happened, whom it concerns, and by which id it is known however often it comes. */
export type Told = {
  readonly workspaceId: WorkspaceId
  readonly eventId: string
  readonly news: DeliveredNews
  readonly concerns: News
  /** A member, or the managers, where it is for them alone. */
  readonly to?: string
}

type Reading = Pick<World, 'store'>
type Facts = {
  readonly facts: Record<string, string>
  readonly about: string[]
  readonly scheduleId?: ScheduleId
  readonly assetIds: string[]
}

const ofRun = (run: Run, entry: AuditEntry): Facts => ({
  facts: {
    what: run.scheduleName ?? run.work.protocolName,
    protocol: run.work.protocolName,
    id: run.id,
    message: run.status === 'ended' ? run.end.message : (entry.note ?? ''),
  },
  about: [run.id, ...(run.scheduleId ? [run.scheduleId] : [])],
  ...(run.scheduleId && { scheduleId: run.scheduleId }),
  assetIds: (driveOf(run)?.assets ?? []).map(({ assetId }) => assetId),
})

/** Of a planning run: what its assignment proposes, in one message; nothing where there is none to approve. */
const ofPlanning = async ({ workspaceId, subject: id }: AuditEntry, world: Reading): Promise<Facts | undefined> => {
  const run = await world.store.get('planningRun', { workspaceId, id })
  // What answered its question before was told of then.
  if (run?.status !== 'completed' || run.endedBy === 'known') return undefined
  const plan = await world.store.get('plan', { workspaceId, id: run.planId })
  if (plan?.algorithm !== 'assignment') return undefined
  const parts = await partsOf(plan, world)
  const open = parts.flatMap(({ items }) => items.filter(isOpenItem))
  if (open.length === 0) return undefined
  const [first = ''] = open.map(({ start }) => start).toSorted()
  return {
    facts: {
      what: plan.name ?? plan.id,
      id: plan.id,
      message: '',
      proposed: String(open.length),
      swaps: String(open.filter(({ assigned }) => (assigned?.swaps?.length ?? 0) > 0).length),
      unassigned: String(parts.reduce((sum, { leftOut }) => sum + leftOut.length, 0)),
      first: first.slice(0, 10),
      where: `/v1/workspaces/${workspaceId}/proposals/${plan.id}`,
    },
    about: [plan.id, id],
    assetIds: [],
  }
}

/** What the texts need to know of the subject of an entry. */
const factsOf = async (entry: AuditEntry, world: Reading): Promise<Facts | undefined> => {
  const { workspaceId, subject, note = '' } = entry
  const by = entry.actor.kind === 'person' ? entry.actor.subject : 'Benchtime'
  const named = (what: string, more: Partial<Facts> = {}): Facts => ({
    facts: { what, message: note, by, id: subject },
    about: [subject],
    assetIds: [],
    ...more,
  })
  const name = { workspaceId, id: subject }
  switch (subject.slice(0, subject.indexOf('_'))) {
    case 'run': {
      const run = await world.store.get('run', { workspaceId, id: subject as RunId })
      return run && ofRun(run, entry)
    }
    case 'rcv': {
      const recovery = await world.store.get('recovery', name)
      if (!recovery) return undefined
      const { runId, scheduleId, assetIds } = recovery
      const run = runId && (await world.store.get('run', { workspaceId, id: runId }))
      return named(run ? (run.scheduleName ?? run.work.protocolName) : (scheduleId ?? assetIds[0] ?? subject), {
        about: [subject, ...(runId ? [runId] : []), ...(scheduleId ? [scheduleId] : []), ...assetIds],
        ...(scheduleId && { scheduleId }),
        assetIds,
      })
    }
    case 'ast':
      return named((await world.store.get('asset', name))?.name ?? subject, { assetIds: [subject] })
    case 'agt':
      return named((await world.store.get('agent', name))?.name ?? subject)
    case 'plr':
      return ofPlanning(entry, world)
    case 'sch':
      return named((await world.store.get('schedule', name))?.name ?? subject, { scheduleId: subject as ScheduleId })
    default:
      return named((await world.store.get('workspace', { id: workspaceId }))?.name ?? subject)
  }
}

/** What an entry of the history is news of; undefined where nobody is told of such entries. */
export const newsOfEntry = async (entry: AuditEntry, world: Reading): Promise<Told | undefined> => {
  const plain = eventOfAction(entry.action)
  const found = plain && (await factsOf(entry, world))
  if (!plain || !found) return undefined
  const reason = (entry.changes.end as { reason?: string } | null | undefined)?.reason
  const event = reason === 'capacity-exhausted' ? 'capacity.exhausted' : plain
  const severity = severityOfAction(entry.action, event)
  return {
    workspaceId: entry.workspaceId,
    eventId: entry.id,
    news: { event, severity, at: entry.at, about: found.about.slice(0, 20), facts: found.facts },
    concerns: { event, severity, scheduleId: found.scheduleId, assetIds: found.assetIds },
  }
}

/** What a member was told of the calendar. */
export const newsOfNotice = (notice: Notice): Told => {
  const event = eventOfNotice(notice.event)
  const severity = severityOf(event)
  const { about } = notice
  return {
    workspaceId: notice.workspaceId,
    eventId: notice.id,
    news: { event, severity, at: notice.at, about: about.slice(0, 20), facts: { message: notice.message } },
    concerns: {
      event,
      severity,
      scheduleId: about.find((id): id is ScheduleId => id.startsWith('sch_')),
      assetIds: about.filter((id) => id.startsWith('ast_')),
    },
    to: notice.to,
  }
}
