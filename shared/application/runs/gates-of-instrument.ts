import type { Presence } from '#domain/agents/agent.ts'
import type { Instrument } from '#domain/agents/instrument.ts'
import type { Asset } from '#domain/assets/asset.ts'
import type { AgentId } from '#domain/ids.ts'
import type { Ask } from '#domain/rules/ask.ts'
import type { Gate } from '#domain/runs/gate.ts'
import type { LiveRun } from '#domain/runs/run.ts'
import { minutes, msOf } from '#domain/time.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { dueCheck } from '../health/due-check.ts'
import type { World } from '../world.ts'

type GateWorld = Pick<World, 'store' | 'clock' | 'ids' | 'probe'>

/** What an agent said longer ago says nothing about its instruments now. */
const freshMs = minutes(5)

const instrumentOf = (asset: Asset, driver: string, presence: Presence | undefined): Instrument | undefined => {
  const ofKind = presence?.instruments?.filter((instrument) => instrument.driver === driver) ?? []
  return ofKind.find(({ assetId }) => assetId === asset.id) ?? ofKind.find(({ assetId }) => assetId === undefined)
}

/** Busy with something else, or out of reach, as its driver says. */
const ofState = (asset: Asset, instrument: Instrument | undefined, since: string | undefined): Gate[] => {
  const { state, message = '' } = instrument ?? {}
  if (state !== 'busy' && state !== 'offline') return []
  return [
    {
      gate: state === 'busy' ? 'instrument-busy' : 'offline',
      message: `"${asset.name}" is ${state}. ${message}`.trim(),
      assetId: asset.id,
      ...(since !== undefined && { since }),
    },
  ]
}

const ofInterlocks = async (
  run: LiveRun,
  asset: Asset,
  instrument: Instrument | undefined,
  world: GateWorld,
): Promise<Gate[]> => {
  const asked = await Promise.all(
    (asset.interlocks ?? []).map(async (interlock): Promise<Gate[]> => {
      const { name } = interlock
      const closed = (why: string): Gate[] => [
        { gate: 'interlock', message: `Interlock "${name}" of "${asset.name}" is closed: ${why}`, assetId: asset.id },
      ]
      if (interlock.kind === 'webhook') {
        const question = { workspaceId: run.workspaceId, assetId: asset.id, runId: run.id, interlock: name }
        const { ok, message } = await world.probe.ask(interlock.url, question)
        return ok ? [] : closed(message)
      }
      const condition = instrument?.conditions?.find((known) => known.name === name)
      if (!condition) return closed('the agent does not answer for it.')
      return condition.ok ? [] : closed(condition.message ?? 'the driver says so.')
    }),
  )
  return asked.flat()
}

/**
 * What keeps a run from starting although its assets are free, and the health checks that have to come first. Every gate that is
 * closed is told, not the first alone.
 */
export const readGates = async (
  run: LiveRun,
  of: { readonly ask: Ask; readonly agentId: AgentId; readonly workspace: Workspace | undefined },
  world: GateWorld,
): Promise<{ gates: Gate[]; opens: LiveRun[] }> => {
  const { workspaceId } = run
  const { ask, agentId, workspace } = of
  const hold = workspace?.hold
  const gates: Gate[] = hold
    ? [{ gate: 'workspace-hold', message: `${hold.by} holds the workspace: ${hold.note}`, since: hold.since }]
    : []
  const presence = await world.store.get('presence', { workspaceId, agentId })
  const heard = presence && world.clock.now() - msOf(presence.lastSeenAt) < freshMs ? presence : undefined
  const opens: LiveRun[] = []
  for (const { asset } of ask.parts) {
    if (!asset) continue
    const own = asset.agentId === agentId
    const instrument = own ? instrumentOf(asset, run.work.driver, heard) : undefined
    if (own) gates.push(...ofState(asset, instrument, heard?.lastSeenAt))
    gates.push(...(await ofInterlocks(run, asset, instrument, world)))
    const check = await dueCheck(asset, run, world)
    if (check) gates.push(check.gate)
    if (check?.opens) opens.push(check.opens)
  }
  return { gates, opens }
}
