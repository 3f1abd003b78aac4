import { createCore } from '#adapters/aws-world.ts'
import { createFiles } from '#adapters/files/s3.ts'
import { seeAgent } from '#application/agents/see-agent.ts'
import { offerUpload, recordUpload } from '#application/files/artifacts.ts'
import { answerPoll, type PollAnswer } from '#application/runs/answer-poll.ts'
import { takeReport } from '#application/runs/take-report.ts'
import {
  type Downlink,
  type GrantedCommand,
  type Poll,
  pollSchema,
  type Report,
  reportSchema,
  uplinkEventSchema,
} from '#contracts/agents/messages.ts'
import { agentOfThing } from '#domain/agents/agent.ts'
import { type AgentId, messageIdSchema, type WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { log } from '../runtime/log.ts'
import { openSend } from '../runtime/ports/agent-link.ts'
import { openCallbacks } from '../runtime/ports/workflows.ts'

const env = readEnvironment('agents')
const world = {
  ...createCore(env.TABLE_NAME),
  callbacks: openCallbacks(),
  files: createFiles(env.BUCKET_NAME, process.env),
}
const send = openSend()

type Identity = { workspaceId: WorkspaceId; agentId: AgentId }

const grantOf = ({ command, validForMs }: NonNullable<PollAnswer['granted']>): GrantedCommand => ({
  commandId: command.id,
  runId: command.runId,
  attempt: command.attempt,
  driver: command.driver,
  ...(command.path !== undefined && { path: command.path }),
  ...(command.payload !== undefined && { payload: command.payload }),
  parameters: command.parameters,
  fences: command.fences,
  validForMs,
  timeLimitMs: command.timeLimitMs,
  heartbeatMs: command.heartbeatMs,
  ...(command.assetIds && { assetIds: command.assetIds }),
  ...(command.steps && { steps: command.steps }),
  ...(command.continuation && { continuation: command.continuation }),
})

const answer = async (who: Identity, poll: Poll): Promise<Downlink> => {
  const [found] = await Promise.all([
    answerPoll({ ...who, ...poll, fences: poll.fences ?? [] }, world),
    seeAgent({ ...who, ...poll }, world),
  ])
  return {
    type: 'next',
    session: poll.session,
    stamp: poll.stamp,
    now: instantOf(world.clock.now()),
    controls: found.controls.map(({ type, commandId, note }) => ({
      type,
      commandId,
      ...(note !== undefined && { note }),
    })),
    ...(found.granted && { command: grantOf(found.granted) }),
    more: found.more,
    unresolved: found.unresolved.map(({ id, driver }) => ({ commandId: id, driver })),
  }
}

const takeFile = async (who: Identity, report: Extract<Report, { type: 'upload' | 'uploaded' }>): Promise<Downlink> => {
  const ack = { type: 'ack' as const, messageId: report.messageId }
  const answered = await (report.type === 'upload'
    ? offerUpload({ ...who, ...report }, world)
    : recordUpload({ ...who, ...report }, world))
  if (!answered) return ack
  return 'refused' in answered
    ? { ...ack, rejected: answered.refused }
    : { ...ack, upload: { url: answered.url, headers: { ...answered.headers } } }
}

const take = async (who: Identity, report: Report): Promise<Downlink> => {
  if (report.type === 'upload' || report.type === 'uploaded') return takeFile(who, report)
  const taken = await takeReport({ ...who, commandId: report.commandId, report }, world)
  return { type: 'ack', messageId: report.messageId, ...(!taken.accepted && { rejected: taken.why }) }
}

/**
 * Everything that agents say. Who speaks is known from the topic alone. Only an enrolled agent is answered; a message that
 * cannot be read is dropped with a log line, because sending it again would not help.
 */
export const handler = eventFunction('agents', uplinkEventSchema, async ({ thing, kind, message }): Promise<void> => {
  const who = agentOfThing(thing)
  const agent = who && (await world.store.get('agent', { workspaceId: who.workspaceId, id: who.agentId }))
  if (!who || agent?.status !== 'enrolled')
    return log.warn('An agent that is not enrolled spoke; it gets no answer.', { thing })
  const parsed = kind === 'poll' ? pollSchema.safeParse(message) : reportSchema.safeParse(message)
  if (!parsed.success) {
    // Sending it again would not help, and the agent should stop doing so.
    const messageId = messageIdSchema.safeParse((message as { messageId?: unknown } | null)?.messageId)
    if (kind === 'report' && messageId.success)
      await send(thing, { type: 'ack', messageId: messageId.data, rejected: 'It cannot be read by this cloud.' })
    return log.warn('An agent sent a message that cannot be read.', {
      thing,
      kind,
      issues: parsed.error.issues.slice(0, 5),
    })
  }
  if (kind === 'poll') return send(thing, await answer(who, parsed.data as Poll))
  const report = parsed.data as Report
  const reply = await take(who, report)
  // A heartbeat that was heard needs no answer: the next one follows anyway.
  if (report.type !== 'progress' || reply.type !== 'ack' || reply.rejected !== undefined) await send(thing, reply)
})
