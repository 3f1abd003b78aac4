import { createMemoryStore } from '#adapters/memory/store.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { createAsset } from '#application/assets/create-asset.ts'
import { createProtocol } from '#application/protocols/create-protocol.ts'
import { answerPoll } from '#application/runs/answer-poll.ts'
import { settleExecution } from '#application/runs/settle-execution.ts'
import { sweepRuns } from '#application/runs/sweep-runs.ts'
import { takeReport } from '#application/runs/take-report.ts'
import { createSchedule, type NewSchedule } from '#application/schedules/create-schedule.ts'
import { auditTimes } from '#application/timetable/audit-times.ts'
import { sweepTimetable } from '#application/timetable/sweep-timetable.ts'
import type { Timetable, Workflows, World } from '#application/world.ts'
import type { CommandId } from '#domain/ids.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { instantOf, minutes } from '#domain/time.ts'
import { createVirtualTime } from '../simulation/virtual-time.ts'
import { createEngine } from '../simulation/workflow.ts'
import { createVirtualTimetable } from './virtual-timetable.ts'

export const workspaceId = 'ws_lab'
export const actor = { kind: 'person', subject: 'sam' } as const
const agentId = 'agt_a'

export type LabOptions = {
  readonly startMs?: number
  /** How long the instrument takes, and whether it stops when it is told to. */
  readonly durationMs?: number
  readonly sweepMs?: number
  readonly capacity?: number
  /** Whether a step of the cloud dies after what it has stored. */
  readonly dies?: () => boolean
  readonly refuses?: () => boolean
  readonly delayMs?: () => number
  /** How often a firing is delivered. */
  readonly copies?: () => number
  /** The agent does not wake up: whoever tests asks in its place. */
  readonly agentSleeps?: boolean
  /** A planted bug: nobody looks for firings that did not come. */
  readonly neverAudits?: boolean
}

/**
 * A laboratory on virtual time: the use cases, the state machine, EventBridge Scheduler, and one agent whose instrument takes
 * as long as it is told. A year of it passes in seconds.
 */
export const createVirtualLab = async (options: LabOptions = {}) => {
  const {
    startMs = Date.UTC(2026, 10, 20, 12) + 1,
    durationMs = minutes(10),
    sweepMs = minutes(5),
    capacity = 1,
  } = options
  const time = createVirtualTime(startMs)
  const store = createMemoryStore()
  let unique = 0
  const outage = { down: false }
  const firings = { delivered: 0 }
  const clock = { now: () => time.now() }
  const ids = { unique: () => (++unique).toString(36).padStart(9, '0') }
  const timetable = createVirtualTimetable({
    time,
    isDown: () => outage.down,
    ...(options.refuses && { refuses: options.refuses }),
    fire: (entry, scheduledTime) => {
      const start = {
        kind: 'scheduled' as const,
        workspaceId: entry.workspaceId,
        scheduleId: entry.scheduleId,
        scheduledTime,
        arming: entry.generation,
      }
      for (let copy = 0; copy < (options.copies?.() ?? 1); copy++)
        time.after(options.delayMs?.() ?? 0, () => engine.start(`${entry.scheduleId}.${++firings.delivered}`, start))
    },
  })
  const workflows: Workflows = {
    startRun: (...of) => engine.workflows.startRun(...of),
    stop: (...of) => engine.workflows.stop(...of),
    state: (...of) => engine.workflows.state(...of),
  }

  const drives = new Map<CommandId, () => void>()
  const overlaps = { most: 0 }
  const report = (commandId: CommandId, of: Parameters<typeof takeReport>[0]['report']) =>
    takeReport({ workspaceId, agentId, commandId, report: of }, { store, clock, ids, callbacks: engine.callbacks })
  const poll = async (): Promise<void> => {
    const input = { workspaceId, agentId, session: 's', want: 10, driving: [...drives.keys()], fences: [] } as const
    const answer = await answerPoll(input, { store, clock, ids, callbacks: engine.callbacks } as never)
    for (const { commandId } of answer.controls) {
      const stop = drives.get(commandId)
      if (!stop) continue
      stop()
      drives.delete(commandId)
      await report(commandId, { type: 'ended', result: { outcome: 'aborted' } } as never)
    }
    const id = answer.granted?.command.id
    if (id !== undefined && !drives.has(id)) {
      await report(id, { type: 'started' })
      drives.set(
        id,
        time.after(durationMs, () => {
          drives.delete(id)
          void report(id, { type: 'ended', result: { outcome: 'succeeded' } } as never)
        }),
      )
      overlaps.most = Math.max(overlaps.most, drives.size)
    }
    if (answer.more) await poll()
  }
  /** What lies in the bucket, by key. */
  const files = new Map<string, string>()
  const agentLink: World['agentLink'] = {
    wake: async () => void (options.agentSleeps || time.after(100, () => void poll())),
  }

  const world = {
    store,
    clock,
    ids,
    timetable: timetable.timetable as Timetable,
    workflows,
    agentLink,
    parameters: jsonSchemaParameters,
    files: {
      uploadLink: async () => ({ url: '', headers: {} }),
      downloadLink: async () => '',
      put: async (key: string, text: string) => void files.set(key, text),
      remove: async (key: string) => void files.delete(key),
    },
    probe: { ask: async () => ({ ok: true, message: '' }) },
  }
  const engine = createEngine({
    time,
    invoke: async (step) => {
      const result = await step(world)
      if (options.dies?.()) throw new Error('the function died after what it had done')
      return result
    },
    onEnded: (start, execution, status) => void settleExecution(start, execution, status, world),
  })
  const sweep = async (): Promise<void> => {
    await sweepRuns(workspaceId, world)
    await sweepTimetable(workspaceId, world)
    if (!options.neverAudits) audited.push(await auditTimes(workspaceId, world))
  }
  const audited: Awaited<ReturnType<typeof auditTimes>>[] = []
  const sweeping = (): void => {
    if (!outage.down) void sweep().catch(() => undefined)
    time.after(sweepMs, sweeping)
  }
  time.after(sweepMs, sweeping)

  const at = instantOf(startMs)
  await store.commit([
    {
      type: 'put',
      kind: 'workspace',
      value: { id: workspaceId, name: 'Lab', version: 1, createdAt: at, createdBy: 'sam' },
      expect: 'absent',
    },
    {
      type: 'put',
      kind: 'agent',
      value: {
        workspaceId,
        id: agentId,
        name: 'Agent',
        status: 'enrolled',
        version: 1,
        createdAt: at,
        createdBy: 'sam',
        updatedAt: at,
        updatedBy: 'sam',
      } as never,
      expect: 'absent',
    },
  ])
  const asset = { name: 'Reader', kind: 'machine', capacity, capabilities: [], tags: [], agentId } as const
  const { id: assetId } = await createAsset(
    { workspaceId, actor, asset: { ...asset, capabilities: [], tags: [] } },
    world,
  )
  const { id: protocolId } = await createProtocol(
    {
      workspaceId,
      actor,
      protocol: {
        name: 'Report',
        driver: 'simulator',
        requirements: [{ assetId, units: 1 }],
        expectedDurationSeconds: Math.max(1, Math.round(durationMs / 1000)),
        heartbeatSeconds: 3_600,
        tags: [],
      },
    },
    world,
  )

  return {
    world,
    files,
    time,
    timetable,
    engine,
    outage,
    assetId,
    protocolId,
    overlaps,
    audited,
    sweep,
    schedule: ({ settings, ...more }: Partial<Omit<NewSchedule, 'settings'>> & { settings?: object }) =>
      createSchedule(
        {
          workspaceId,
          actor,
          schedule: {
            name: 'Every half hour',
            protocolId,
            parameters: {},
            rule: { kind: 'cron', expression: '0/30 * * * ? *' },
            timeZone: 'UTC',
            overlap: 'skip',
            settings: runSettingsSchema.parse({ assetWait: { maxAttempts: 100, delaySeconds: 60 }, ...settings }),
            tags: [],
            ...more,
          },
        },
        world,
      ),
    runs: async () => {
      const found = []
      let cursor: string | undefined
      do {
        const page = await store.list('run', workspaceId, { limit: 100, cursor })
        found.push(...page.items)
        cursor = page.next
      } while (cursor !== undefined)
      return found
    },
  }
}
