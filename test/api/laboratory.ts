import { createHash } from 'node:crypto'
import { memoryShapes } from '#adapters/memory/shapes.ts'
import { createMemoryStore, type MemoryStore } from '#adapters/memory/store.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { systemSecrets } from '#adapters/system/secrets.ts'
import type { RoutineEntry, TimetableEntry, World } from '#application/world.ts'
import { Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { roleOrder } from '#domain/workspaces/workspace.ts'
import { log } from '#functions/runtime/log.ts'

log.setLogLevel('SILENT')

/** A world in memory whose clock stands until it is moved, and whose neighbours write down what they were asked. */
export type Laboratory = {
  readonly world: World & { readonly store: MemoryStore }
  readonly clock: { nowMs: number }
  readonly timetable: {
    readonly entries: Map<ScheduleId, TimetableEntry>
    /** When somebody else changed an entry. */
    readonly changed: Map<string, string>
    down: boolean
    calls: number
  }
  readonly started: string[]
  readonly wakes: string[]
  /** What was put into the bucket, by key. */
  readonly files: Map<string, string>
  /** What the broker knows of each certificate. */
  readonly routines: Map<string, RoutineEntry>
  readonly certificates: Map<string, { status: 'active' | 'inactive' | 'revoked'; thing?: string }>
}

const createGatekeeper = (certificates: Laboratory['certificates']): World['gatekeeper'] => ({
  sign: async (request) => {
    if (request.includes('unsignable')) throw new Refusal('invalid', 'This request cannot be signed.')
    const id = createHash('sha256').update(`${request}${certificates.size}`).digest('hex')
    certificates.set(id, { status: 'inactive' })
    return { id, pem: `certificate ${id}`, endsAt: '2049-12-31T23:59:59.000Z', principal: id }
  },
  admit: async (thing, { id }) => void certificates.set(id, { status: 'active', thing }),
  mark: async (id, status) => void certificates.set(id, { ...certificates.get(id), status }),
  door: async () => ({ broker: 'mqtts://broker.test:8883', stage: 'test' }),
})

/** A Friday. */
export const noon = Date.UTC(2026, 10, 20, 12)

export const createLaboratory = (store: MemoryStore = createMemoryStore(), firstId = 0): Laboratory => {
  const clock = { nowMs: noon }
  const timetable: Laboratory['timetable'] = { entries: new Map(), changed: new Map(), down: false, calls: 0 }
  const started: string[] = []
  const files = new Map<string, string>()
  const certificates: Laboratory['certificates'] = new Map()
  const wakes: string[] = []
  const routines: Laboratory['routines'] = new Map()
  const answering = () => {
    timetable.calls += 1
    if (timetable.down) throw new Refusal('unavailable', 'EventBridge Scheduler did not answer.')
  }
  let last = firstId
  const world: Laboratory['world'] = {
    store,
    shapes: memoryShapes,
    clock: { now: () => clock.nowMs },
    ids: { unique: () => `${String(++last).padStart(8, '0')}` },
    timetable: {
      put: async (entry) => {
        answering()
        timetable.entries.set(entry.scheduleId, entry)
      },
      remove: async (scheduleId) => {
        answering()
        timetable.entries.delete(scheduleId)
      },
      read: async (scheduleId) => timetable.entries.get(scheduleId),
      list: async () => ({
        items: [...timetable.entries.keys()].map((name) => ({
          name,
          changedAt: timetable.changed.get(name) ?? new Date(0).toISOString(),
        })),
      }),
    },
    workflows: {
      startRun: async (name) => {
        started.push(name)
      },
      stop: async () => undefined,
      state: async () => 'running',
    },
    planners: { start: async (_workspaceId, id) => void started.push(id) },
    routines: {
      put: async (entry) => {
        answering()
        routines.set(entry.routineId, entry)
      },
      remove: async (id) => {
        answering()
        routines.delete(id)
      },
    },
    callbacks: { succeed: async () => 'told', fail: async () => 'told', heartbeat: async () => 'told' },
    agentLink: {
      wake: async (workspaceId, agentId) => {
        wakes.push(`${workspaceId}/${agentId}`)
      },
    },
    gatekeeper: createGatekeeper(certificates),
    parameters: jsonSchemaParameters,
    secrets: systemSecrets,
    files: {
      uploadLink: async (key) => ({ url: `https://bucket/${key}`, headers: {} }),
      downloadLink: async (key) => `https://bucket/${key}`,
      put: async (key, text) => void files.set(key, text),
      remove: async (key) => void files.delete(key),
    },
    mail: { send: async () => undefined },
    hooks: { refusal: (url) => (url.includes('127.0.0.1') ? 'a private network' : undefined), post: async () => '' },
    probe: { ask: async () => ({ ok: true, message: '' }) },
  }
  return { world, clock, timetable, routines, started, wakes, files, certificates }
}

export const workspaceId: WorkspaceId = 'ws_lab'
export const otherWorkspaceId: WorkspaceId = 'ws_other'

/** Everything that is stored, as one text: equal before and after means that nothing was stored. */
export const stored = ({ world }: Laboratory): string => {
  const { documents, ledger, audit } = world.store.everything()
  return JSON.stringify([[...documents], [...ledger], [...audit]])
}

/** One member of each role; the subject is the role's name. */
export const people: readonly Role[] = roleOrder
