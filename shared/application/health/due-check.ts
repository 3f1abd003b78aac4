import type { Asset } from '#domain/assets/asset.ts'
import { healthAt } from '#domain/assets/health.ts'
import { runIdOfHealthCheck } from '#domain/ids.ts'
import type { Gate } from '#domain/runs/gate.ts'
import type { LiveRun } from '#domain/runs/run.ts'
import { assetWaitSchema } from '#domain/schedules/schedule.ts'
import { runOfProtocol } from '../runs/open-run.ts'
import type { World } from '../world.ts'

type HealthWorld = Pick<World, 'store' | 'clock'>

/** The check of an asset that is due and not on its way already. It goes before what waits for it. */
export const openCheck = async (asset: Asset, world: HealthWorld): Promise<LiveRun | undefined> => {
  const { workspaceId, id, healthCheck } = asset
  if (!healthCheck) return undefined
  const nowMs = world.clock.now()
  const runId = runIdOfHealthCheck(id, nowMs)
  const [live, protocol, known] = await Promise.all([
    world.store.liveRuns(workspaceId, { limit: 100 }),
    world.store.get('protocol', { workspaceId, id: healthCheck.protocolId }),
    world.store.get('run', { workspaceId, id: runId }),
  ])
  const onItsWay = live.items.some(({ trigger }) => trigger.kind === 'health-check' && trigger.assetId === id)
  if (onItsWay || known || protocol?.status !== 'active') return undefined
  return runOfProtocol({
    id: runId,
    protocol: { ...protocol, requirements: [{ assetId: id, units: 1 }] },
    of: { priority: 5, assetWait: assetWaitSchema.parse({}) },
    trigger: { kind: 'health-check', assetId: id },
    parameters: {},
    nowMs,
  })
}

/** Whether the health of an asset keeps a run from starting, and the check that has to come first. */
export const dueCheck = async (
  asset: Asset,
  run: Pick<LiveRun, 'trigger'>,
  world: HealthWorld,
): Promise<{ gate: Gate; opens: LiveRun | undefined } | undefined> => {
  const { workspaceId, id, name, healthCheck } = asset
  // What finds it out, or tidies up, does not wait for it.
  if (!healthCheck || run.trigger.kind === 'health-check' || run.trigger.kind === 'clean-up') return undefined
  const health = await world.store.get('assetHealth', { workspaceId, assetId: id })
  const state = healthAt(healthCheck, health, world.clock.now())
  if (state === 'good') return undefined
  const gate: Gate = {
    gate: 'health',
    message:
      state === 'bad'
        ? `"${name}" failed its health check: ${health?.note ?? ''} Mend it, then have it checked.`
        : `"${name}" is due for its health check.`,
    assetId: id,
    ...(health && { since: health.checkedAt }),
  }
  return { gate, opens: state === 'unknown' ? await openCheck(asset, world) : undefined }
}
