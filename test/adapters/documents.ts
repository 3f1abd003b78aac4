import type { Change, Documents, Kind } from '#application/world.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'

const at = instantOf(Date.UTC(2026, 10, 20, 12))
const stamps = { version: 1, createdAt: at, createdBy: 'sam', updatedAt: at, updatedBy: 'sam' }
const work = {
  protocolId: 'pro_a',
  protocolName: 'Report',
  protocolVersion: 1,
  driver: 'process',
  path: 'report.mjs',
  parameters: { plates: 2, note: 'µL ☂' },
  requirements: [{ assetId: 'ast_a', units: 1 }],
  expectedDurationSeconds: 60,
  timeLimitSeconds: 720,
  heartbeatSeconds: 30,
} satisfies Documents['run']['work']

/** One valid document of each kind, with fixed times. `id` is the body of its id. */
export const documentOf = <K extends Kind>(kind: K, workspaceId: WorkspaceId, id: string): Documents[K] => {
  const all: { [P in Kind]: () => Documents[P] } = {
    workspace: () => ({ id: workspaceId, name: 'Laboratory', version: 1, createdAt: at, createdBy: 'sam' }),
    member: () => ({ workspaceId, subject: id, name: 'Sam', role: 'manager', ...stamps }),
    asset: () => ({
      workspaceId,
      id: `ast_${id}`,
      name: 'Reader',
      kind: 'machine',
      capacity: 1,
      capabilities: ['absorbance'],
      status: 'available',
      tags: [],
      ...stamps,
    }),
    agent: () => ({
      workspaceId,
      id: `agt_${id}`,
      name: 'Room',
      thingName: `${workspaceId}:agt_${id}`,
      status: 'enrolled',
      version: 1,
      createdAt: at,
      createdBy: 'sam',
    }),
    presence: () => ({
      workspaceId,
      agentId: `agt_${id}`,
      lastSeenAt: at,
      session: 'session-1',
      software: 'benchtime-agent 0.1.0',
      version: 1,
    }),
    protocol: () => ({
      workspaceId,
      id: `pro_${id}`,
      name: 'Report',
      driver: 'process',
      path: 'report.mjs',
      requirements: [{ assetId: 'ast_a', units: 1 }],
      expectedDurationSeconds: 60,
      heartbeatSeconds: 30,
      status: 'active',
      tags: [],
      ...stamps,
    }),
    schedule: () => ({
      workspaceId,
      id: `sch_${id}`,
      name: 'Hourly',
      protocolId: 'pro_a',
      parameters: {},
      rule: { kind: 'rate', every: 1, unit: 'hour' },
      timeZone: 'Europe/Berlin',
      startAt: at,
      overlap: 'skip',
      settings: runSettingsSchema.parse({}),
      tags: [],
      status: 'active',
      generation: 1,
      ...stamps,
    }),
    driftReport: () => ({
      workspaceId,
      at,
      missing: 1,
      surplus: 0,
      different: 0,
      failed: 0,
      examples: [`missing: sch_${id}`],
      version: 1,
    }),
    externalName: () => ({ workspaceId, id, scheduleId: 'sch_a', version: 1 }),
    calendar: () => ({
      workspaceId,
      id: `cal_${id}`,
      name: 'Holidays',
      days: [{ from: '2026-12-24', to: '2026-12-26', note: 'Christmas' }],
      closures: [],
      status: 'active',
      ...stamps,
    }),
    arming: () => ({ workspaceId, scheduleId: `sch_${id}`, state: 'pending', version: 1 }),
    run: () => ({
      workspaceId,
      id: `run_${id}`,
      scheduleId: 'sch_a',
      trigger: { kind: 'schedule', scheduledTime: at },
      work,
      priority: 3,
      retry: { maxRetries: 0, delaySeconds: 120, backoff: 'fixed' },
      assetWait: { maxAttempts: 10, delaySeconds: 30 },
      dueAt: at,
      notAfter: at,
      startWithinSeconds: 900,
      assetAttempts: 0,
      attempts: [],
      status: 'pending',
      version: 1,
      createdAt: at,
    }),
    reservation: () => ({
      workspaceId,
      id: `res_${id}`,
      status: 'quarantined',
      source: { kind: 'run', runId: 'run_a' },
      assets: [{ assetId: 'ast_a', units: 1 }],
      start: at,
      end: at,
      version: 1,
      createdAt: at,
      createdBy: 'system:run_a',
    }),
    command: () => ({
      workspaceId,
      id: `cmd_${id}`,
      agentId: 'agt_a',
      runId: 'run_a',
      attempt: 1,
      reservationId: 'res_a',
      driver: 'process',
      parameters: {},
      fences: [{ assetId: 'ast_a', fence: 1 }],
      notAfter: at,
      timeLimitMs: 720_000,
      heartbeatMs: 30_000,
      taskToken: 'token',
      queuedAt: at,
      version: 1,
      status: 'queued',
    }),
    scheduleStats: () => ({
      workspaceId,
      scheduleId: `sch_${id}`,
      runs: 0,
      byOutcome: {},
      fired: 0,
      missed: 0,
      durations: {},
      latenesses: {},
    }),
    idempotency: () => ({
      workspaceId,
      id,
      fingerprint: 'f',
      status: 201,
      body: '{"id":"sch_a"}',
      expiresAtSeconds: 1_800_000_000,
    }),
  }
  return all[kind]()
}

export const auditOf = (workspaceId: WorkspaceId, subject: string, id: string): Change => ({
  type: 'audit',
  entry: {
    workspaceId,
    id: `aud_${id}`,
    subject,
    action: 'asset.created',
    at,
    actor: { kind: 'person', subject: 'sam' },
    changes: { name: 'Reader' },
  },
})

type Written = Exclude<Kind, 'scheduleStats'>

/** Puts a document where there is none yet. */
export const creation = <K extends Written>(kind: K, value: Documents[K]): Change =>
  ({ type: 'put', kind, value, expect: 'absent' }) as unknown as Change

/** Puts the next version of a document over the one that was read. */
export const revision = <K extends Written>(kind: K, value: Documents[K], more: Partial<Documents[K]>): Change => {
  const { version } = value as { version: number }
  return { type: 'put', kind, value: { ...value, ...more, version: version + 1 }, expect: version } as unknown as Change
}
