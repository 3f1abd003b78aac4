import type { RunId, WorkspaceId } from '#domain/ids.ts'
import { runIdOfFiring, runIdOfRequest } from '#domain/ids.ts'
import { type Protocol, timeLimitOf } from '#domain/protocols/protocol.ts'
import type { LiveRun, Run, Trigger } from '#domain/runs/run.ts'
import { type RunSettings, runSettingsSchema, type Schedule } from '#domain/schedules/schedule.ts'
import { dayMs, instantOf, seconds } from '#domain/time.ts'

type PendingRun = Extract<Run, { status: 'pending' }>

/** What is kept of a protocol with each run of it: a snapshot, because the protocol may change. */
const workOf = (protocol: Protocol, parameters: Run['work']['parameters']): Run['work'] => ({
  protocolId: protocol.id,
  protocolName: protocol.name,
  protocolVersion: protocol.version,
  driver: protocol.driver,
  ...(protocol.path !== undefined && { path: protocol.path }),
  ...(protocol.payload !== undefined && { payload: protocol.payload }),
  parameters,
  requirements: protocol.requirements,
  ...(protocol.setup !== undefined && { setup: protocol.setup }),
  expectedDurationSeconds: protocol.expectedDurationSeconds,
  timeLimitSeconds: timeLimitOf(protocol),
  heartbeatSeconds: protocol.heartbeatSeconds,
  ...(protocol.overtime && { overtime: protocol.overtime }),
  ...(protocol.steps && { steps: protocol.steps }),
  ...(protocol.uncertainFacts && { uncertainFacts: protocol.uncertainFacts }),
})

const pendingRun = (of: {
  workspaceId: WorkspaceId
  id: Run['id']
  schedule?: Schedule | undefined
  protocol: Protocol
  parameters: Run['work']['parameters']
  trigger: Trigger
  settings: RunSettings
  dueMs: number
  nowMs: number
}): PendingRun => ({
  workspaceId: of.workspaceId,
  id: of.id,
  ...(of.schedule && {
    scheduleId: of.schedule.id,
    scheduleVersion: of.schedule.version,
    scheduleName: of.schedule.name,
  }),
  trigger: of.trigger,
  work: workOf(of.protocol, of.parameters),
  priority: of.settings.priority,
  retry: of.settings.retry,
  assetWait: of.settings.assetWait,
  ...(of.settings.recovery && { recovery: of.settings.recovery }),
  dueAt: instantOf(of.dueMs),
  notAfter: instantOf(of.dueMs + seconds(of.settings.startWithinSeconds)),
  startWithinSeconds: of.settings.startWithinSeconds,
  assetAttempts: 0,
  attempts: [],
  status: 'pending',
  version: 1,
  createdAt: instantOf(of.nowMs),
})

/** The run of a firing; its id is a function of schedule and time, so it can be opened once only (I4). */
export const runOfFiring = (schedule: Schedule, protocol: Protocol, scheduledMs: number, nowMs: number): PendingRun =>
  pendingRun({
    workspaceId: schedule.workspaceId,
    id: runIdOfFiring(schedule.id, scheduledMs),
    schedule,
    protocol,
    parameters: schedule.parameters,
    trigger: { kind: 'schedule', scheduledTime: instantOf(scheduledMs) },
    settings: schedule.settings,
    dueMs: scheduledMs,
    nowMs,
  })

/**
 * The run that makes up for a firing that did not come, and perhaps for earlier ones. It has the id of the firing, which, if it
 * comes after all, finds it there (I4); it is due now.
 */
export const catchUpRun = (
  schedule: Schedule,
  protocol: Protocol,
  slotMs: number,
  stands: readonly number[],
  nowMs: number,
): PendingRun =>
  pendingRun({
    workspaceId: schedule.workspaceId,
    id: runIdOfFiring(schedule.id, slotMs),
    schedule,
    protocol,
    parameters: schedule.parameters,
    trigger: {
      kind: 'catch-up',
      scheduledTime: instantOf(slotMs),
      ...(stands[0] !== undefined && { standsFor: { missed: stands.length, from: instantOf(stands[0]) } }),
    },
    settings: schedule.settings,
    dueMs: nowMs,
    nowMs,
  })

/**
 * The run that fills in a time of a schedule, due now. One by one they wait in the order of their times, without an execution,
 * until those before them have ended; for as long as that takes, up to a week.
 */
export const backfillRun = (of: {
  schedule: Schedule
  protocol: Protocol
  runId: RunId
  slotMs: number
  subject: string
  order: 'one-by-one' | 'at-once'
  nowMs: number
}): LiveRun => {
  const pending = pendingRun({
    workspaceId: of.schedule.workspaceId,
    id: of.runId,
    schedule: of.schedule,
    protocol: of.protocol,
    parameters: of.schedule.parameters,
    trigger: { kind: 'backfill', scheduledTime: instantOf(of.slotMs), subject: of.subject },
    settings: of.schedule.settings,
    dueMs: of.nowMs,
    nowMs: of.nowMs,
  })
  if (of.order === 'at-once') return pending
  const until = instantOf(of.nowMs + 7 * dayMs)
  const message = 'Waits until other runs of the schedule have ended; times are filled in one by one.'
  return {
    ...pending,
    notAfter: until,
    status: 'waiting',
    waiting: { reason: 'overlap', message, facts: {}, since: instantOf(of.nowMs), until },
  }
}

/** The run that a person asked for, of a schedule or of a protocol alone; due now. */
export const runOfRequest = (of: {
  protocol: Protocol
  schedule?: Schedule | undefined
  subject: string
  parameters: Run['work']['parameters']
  settings: RunSettings
  unique: string
  nowMs: number
}): PendingRun =>
  pendingRun({
    workspaceId: of.protocol.workspaceId,
    id: runIdOfRequest(of.nowMs, of.unique),
    schedule: of.schedule,
    protocol: of.protocol,
    parameters: of.parameters,
    trigger: { kind: 'person', subject: of.subject },
    settings: of.settings,
    dueMs: of.nowMs,
    nowMs: of.nowMs,
  })

/** To which schedule a run belongs, for one that it leads to. */
const scheduleOf = ({
  scheduleId,
  scheduleVersion,
  scheduleName,
}: Pick<Run, 'scheduleId' | 'scheduleVersion' | 'scheduleName'>) => ({
  ...(scheduleId !== undefined && { scheduleId }),
  ...(scheduleVersion !== undefined && { scheduleVersion }),
  ...(scheduleName !== undefined && { scheduleName }),
})

/** A run that another led to: it tidies up after it, or goes on from it. It belongs to the same schedule and is due now. */
export const runOfProtocol = (of: {
  id: RunId
  protocol: Protocol
  of: Pick<LiveRun, 'scheduleId' | 'scheduleVersion' | 'scheduleName' | 'priority' | 'assetWait' | 'recovery'>
  trigger: Trigger
  parameters: Run['work']['parameters']
  nowMs: number
}): PendingRun => {
  const { priority, assetWait, recovery } = of.of
  const opened = pendingRun({
    workspaceId: of.protocol.workspaceId,
    id: of.id,
    protocol: of.protocol,
    parameters: of.parameters,
    trigger: of.trigger,
    settings: {
      ...runSettingsSchema.parse({}),
      priority,
      assetWait,
      ...(recovery && { recovery }),
    },
    dueMs: of.nowMs,
    nowMs: of.nowMs,
  })
  return { ...opened, ...scheduleOf(of.of) }
}

/** A run with the very work of an earlier one, in another way; due now. */
export const againstRun = (of: { id: RunId; of: Run; trigger: Trigger; work: Run['work']; nowMs: number }): LiveRun => {
  const { workspaceId, priority, retry, assetWait, recovery, startWithinSeconds } = of.of
  return {
    workspaceId,
    id: of.id,
    ...scheduleOf(of.of),
    trigger: of.trigger,
    work: of.work,
    priority,
    // What goes on from an uncertain end is not tried again without another look.
    retry: { ...retry, maxRetries: 0 },
    assetWait,
    ...(recovery && { recovery }),
    dueAt: instantOf(of.nowMs),
    notAfter: instantOf(of.nowMs + seconds(startWithinSeconds)),
    startWithinSeconds,
    assetAttempts: 0,
    attempts: [],
    status: 'pending',
    version: 1,
    createdAt: instantOf(of.nowMs),
  }
}
