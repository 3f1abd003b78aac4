import { createCore } from '#adapters/aws-world.ts'
import { fromItem, fromStream, unpack } from '#adapters/dynamodb/codec.ts'
import { deliverById, deliverDue } from '#application/notifications/deliver.ts'
import { newsOfEntry, newsOfNotice } from '#application/notifications/news.ts'
import { hasSubscriptions, spread } from '#application/notifications/spread.ts'
import { lookAfterProposals } from '#application/proposals/look-after-proposals.ts'
import { type NotifierEvent, notifierEventSchema } from '#contracts/workflow/messages.ts'
import type { AuditEntry } from '#domain/audit/entry.ts'
import { allWorkspaces, eachInTurn, forEachWorkspace, fromAnother } from '../reactions/every-workspace.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { log } from '../runtime/log.ts'
import { openHooks, openMail } from '../runtime/outward.ts'

const env = readEnvironment('notifier')
const core = createCore(env.TABLE_NAME)
const world = { ...core, mail: openMail(env.MAIL_FROM), hooks: openHooks(core.clock, env.WEBHOOKS) }

type Record = Extract<NotifierEvent, { Records: unknown }>['Records'][number]
type Failures = { batchItemFailures: { itemIdentifier: string }[] }

/** What was written into the table, told to whoever wants to hear of it. Told again, it changes nothing. */
const tell = async ({ dynamodb }: Record, isHeard: (of: AuditEntry) => Promise<boolean>): Promise<void> => {
  const item = fromStream((dynamodb.NewImage ?? {}) as Parameters<typeof fromStream>[0])
  switch (item.t) {
    case 'entry': {
      const entry = unpack(item) as AuditEntry
      if (!(await isHeard(entry))) return
      const told = await newsOfEntry(entry, world)
      if (told) await spread(told, world)
      return
    }
    case 'notice':
      await spread(newsOfNotice(fromItem('notice', item)), world)
      return
    case 'deliver': {
      const { workspaceId, id } = fromItem('delivery', item)
      return deliverById(workspaceId, id, world)
    }
    default:
      return log.warn('A record of the table’s stream is nobody’s; it is passed over.', { t: item.t })
  }
}

/** In their order. At the first that fails the batch is given back, from there on; the others are not told twice. */
const tellAll = async (records: readonly Record[]): Promise<Failures> => {
  const heard = new Map<string, Promise<boolean>>()
  // Most laboratories hear of few things: what nobody wants to hear costs one read in a batch.
  const isHeard = ({ workspaceId }: AuditEntry): Promise<boolean> => {
    const known = heard.get(workspaceId) ?? hasSubscriptions(workspaceId, world)
    heard.set(workspaceId, known)
    return known
  }
  for (const record of records) {
    try {
      await tell(record, isHeard)
    } catch (error) {
      log.error('Something could not be told; it is tried again.', { error: error as Error })
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] }
    }
  }
  return { batchItemFailures: [] }
}

/** What an outside system may take of a minute: people are told of the rest of the world, too. */
const proposalsMs = 20_000

const deliverAll = async (): Promise<void> => {
  const failed = await forEachWorkspace(await allWorkspaces(world), async (workspaceId) => {
    const counts = await deliverDue(workspaceId, world, (id, error) =>
      log.error('A message could not be looked after; it is tried again in a minute.', {
        workspaceId,
        id,
        error: error as Error,
      }),
    )
    if (counts.sent + counts.failed > 0) log.info('Messages were sent.', { workspaceId, ...counts })
  })
  if (failed > 0) throw new Error(`Messages of ${failed} workspace(s) could not be looked after; see the log.`)
}

const submitAll = async (): Promise<void> => {
  const endsAt = performance.now() + proposalsMs
  const inTime = (): boolean => performance.now() > endsAt
  const workspaces = fromAnother(await allWorkspaces(world), world.clock.now())
  const failed = await forEachWorkspace(workspaces, async (workspaceId) => {
    const counts = await lookAfterProposals(workspaceId, world, inTime, (id, error) =>
      log.error('A proposal could not be looked after; it is tried again in a minute.', {
        workspaceId,
        id,
        error: error as Error,
      }),
    )
    if (counts.settled + counts.submitted + counts.failed > 0)
      log.info('Proposals were looked after.', { workspaceId, ...counts })
  })
  if (failed > 0) throw new Error(`Proposals of ${failed} workspace(s) could not be looked after; see the log.`)
}

/** Told by the stream of the table of what has happened, and every minute of the time: what waits to be told, to people or to outside systems, may be due. */
export const handler = eventFunction('notifier', notifierEventSchema, async (event): Promise<Failures | undefined> => {
  if ('Records' in event) return tellAll(event.Records)
  await eachInTurn(deliverAll, submitAll)
  return undefined
})
