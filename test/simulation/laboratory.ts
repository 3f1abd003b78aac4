import type { MemoryStore } from '#adapters/memory/store.ts'
import type { Change } from '#application/world.ts'
import type { Asset } from '#domain/assets/asset.ts'
import type { AgentId, AssetId, ProtocolId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import { runSettingsSchema, type Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, minutes } from '#domain/time.ts'
import type { Random } from './random.ts'

export type Laboratory = {
  readonly agents: readonly AgentId[]
  readonly assets: readonly AssetId[]
  readonly protocols: readonly Protocol[]
  readonly schedules: readonly { readonly schedule: Schedule; readonly everyMs: number }[]
}

/** A laboratory drawn from the seed: two agents, three instruments and a shared bench, protocols, and busy schedules. */
export const seedLaboratory = async (
  store: MemoryStore,
  workspaceId: WorkspaceId,
  random: Random,
  nowMs: number,
): Promise<Laboratory> => {
  const at = instantOf(nowMs)
  const stamps = { version: 1, createdAt: at, createdBy: 'seed', updatedAt: at, updatedBy: 'seed' }
  const agents: AgentId[] = ['agt_a', 'agt_b']
  const asset = (id: AssetId, more: Partial<Asset>): Asset => ({
    workspaceId,
    id,
    name: id,
    kind: 'machine',
    capacity: 1,
    capabilities: [],
    status: 'available',
    tags: [],
    ...stamps,
    ...more,
  })
  const assets = [
    asset('ast_one', { agentId: 'agt_a', capabilities: ['pipetting'] }),
    asset('ast_two', { agentId: 'agt_a', capabilities: ['pipetting'] }),
    asset('ast_three', { agentId: 'agt_b' }),
    asset('ast_bench', { kind: 'station', capacity: 2 }),
  ]
  const protocol = (id: ProtocolId, requirements: Protocol['requirements']): Protocol => {
    const expectedDurationSeconds = random.pick([30, 300, 1_800])
    return {
      workspaceId,
      id,
      name: id,
      driver: 'simulator',
      requirements,
      expectedDurationSeconds,
      timeLimitSeconds: 4 * expectedDurationSeconds,
      heartbeatSeconds: 30,
      status: 'active',
      tags: [],
      ...stamps,
    }
  }
  const protocols = [
    protocol('pro_one', [{ assetId: 'ast_one', units: 1 }]),
    protocol('pro_any', [
      { capability: 'pipetting', units: 1 },
      { assetId: 'ast_bench', units: 1 },
    ]),
    protocol('pro_three', [
      { assetId: 'ast_three', units: 1 },
      { assetId: 'ast_bench', units: random.pick([1, 2]) },
    ]),
  ]
  const schedules = ['sch_a', 'sch_b', 'sch_c', 'sch_d'].map((id) => {
    const chosen = random.pick(protocols)
    const everyMs = minutes(random.between(5, 60))
    const schedule: Schedule = {
      workspaceId,
      id: id as ScheduleId,
      name: id,
      protocolId: chosen.id,
      parameters: { durationMs: chosen.expectedDurationSeconds * 1_000 },
      rule: { kind: 'rate', every: everyMs / 60_000, unit: 'minute' },
      timeZone: 'UTC',
      startAt: at,
      overlap: random.pick(['skip', 'allow', 'buffer-one', 'buffer-all', 'cancel-other']),
      settings: runSettingsSchema.parse({
        retry: { maxRetries: random.between(0, 2), delaySeconds: random.between(1, 120) },
        assetWait: { maxAttempts: random.between(1, 10), delaySeconds: random.between(5, 120) },
        startWithinSeconds: random.pick([60, 600, 3_600]),
      }),
      tags: [],
      status: 'active',
      generation: 1,
      ...stamps,
    }
    return { schedule, everyMs }
  })
  /** Some laboratories let fewer runs be driven at a time than they have instruments. */
  const limit = random.chance(0.3) ? random.between(1, 2) : undefined
  const put = (kind: 'asset' | 'protocol' | 'schedule' | 'workspace', value: unknown): Change =>
    ({ type: 'put', kind, value, expect: 'absent' }) as Change
  await store.commit([
    put('workspace', {
      id: workspaceId,
      name: 'Lab',
      ...(limit !== undefined && { maxConcurrentRuns: limit }),
      ...(random.chance(0.2) && { holdOnRecovery: true }),
      version: 1,
      createdAt: at,
      createdBy: 'seed',
    }),
    ...assets.map((value) => put('asset', value)),
    ...protocols.map((value) => put('protocol', value)),
    ...schedules.map(({ schedule }) => put('schedule', schedule)),
  ])
  return { agents, assets: assets.map(({ id }) => id), protocols, schedules }
}
