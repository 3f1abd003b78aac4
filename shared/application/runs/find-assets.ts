import type { Asset } from '#domain/assets/asset.ts'
import type { AgentId, AssetId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { Requirement } from '#domain/protocols/protocol.ts'
import type { Ask, Own } from '#domain/rules/ask.ts'
import { standing } from '#domain/rules/judge.ts'
import type { RuleCode, Violation } from '#domain/rules/violation.ts'
import type { Gate, GateKind } from '#domain/runs/gate.ts'
import { dayMs, msOf } from '#domain/time.ts'
import { readAsk } from '../reservations/read-ask.ts'
import type { Rulebook, World } from '../world.ts'

export type Found =
  | {
      readonly kind: 'free'
      readonly ask: Ask
      readonly agentId: AgentId
      readonly rulebook: Pick<Rulebook, 'assetGroups'>
    }
  | {
      readonly kind: 'busy'
      readonly message: string
      readonly heldBy: readonly ReservationId[]
      readonly nextFreeMs: number
    }
  /** Its assets are out of use, for now. */
  | { readonly kind: 'gated'; readonly gates: readonly Gate[] }
  | {
      readonly kind: 'impossible'
      readonly reason: 'asset-unavailable' | 'no-agent' | 'emergency-stop'
      readonly message: string
    }

/** What a run asks for. */
export type Need = {
  readonly workspaceId: WorkspaceId
  readonly requirements: readonly Requirement[]
  readonly setup: string | undefined
  /** When it is expected to end. */
  readonly endMs: number
  /** What is held for it. */
  readonly own: Own | undefined
}

/** What passes by itself, when others have ended or the doors open. */
const passing: ReadonlySet<RuleCode> = new Set(['asset-busy', 'too-close', 'closed'])

type Facts = {
  readonly assetId?: AssetId
  readonly status?: string
  readonly since?: string
  readonly nextFreeAt?: string
  readonly heldBy?: readonly { reservationId: ReservationId }[]
  readonly open?: readonly { start: string }[]
}

/** States of an asset that pass when somebody has done something about them. */
const gated = new Set<GateKind>(['maintenance', 'recovery', 'offline'])

const gateOf = ({ code, message, facts }: Violation): Gate | undefined => {
  const { status, assetId, since } = (facts ?? {}) as Facts
  if (code !== 'asset-unavailable' || !gated.has(status as GateKind)) return undefined
  return {
    gate: status as GateKind,
    message,
    ...(assetId !== undefined && { assetId }),
    ...(since !== undefined && { since }),
  }
}

const whenFree = ({ facts }: Violation, nowMs: number): number => {
  const { nextFreeAt, open } = (facts ?? {}) as Facts
  const at = nextFreeAt ?? open?.find(({ start }) => msOf(start) > nowMs)?.start
  return at === undefined ? nowMs + 7 * dayMs : msOf(at)
}

const driverOf = (assets: readonly (Asset | undefined)[]): AgentId | undefined =>
  assets.find((asset) => asset?.kind === 'machine' && asset.agentId !== undefined)?.agentId

/**
 * Asks the rules whether a run may start now, on assets chosen for everything it requires. Reads only; the caller's
 * transaction checks that what was read still holds.
 */
export const findAssets = async (need: Need, world: Pick<World, 'store' | 'clock'>): Promise<Found> => {
  const nowMs = world.clock.now()
  const { ask, known, violations } = await readAsk(
    {
      workspaceId: need.workspaceId,
      operation: 'start',
      wanted: need.requirements,
      span: { startMs: nowMs, endMs: need.endMs },
      setup: need.setup,
      own: need.own,
      accounts: [],
    },
    world,
  )
  const found = standing(violations)
  const stopped = found.find(({ facts }) => ((facts ?? {}) as Facts).status === 'emergency-stop')
  if (stopped) return { kind: 'impossible', reason: 'emergency-stop', message: stopped.message }
  const gates = found.flatMap((broken) => gateOf(broken) ?? [])
  const lasting = found.filter((broken) => !passing.has(broken.code) && !gateOf(broken))
  if (lasting.length > 0)
    return {
      kind: 'impossible',
      reason: 'asset-unavailable',
      message: `There is no available asset for all that it requires: ${lasting.map(({ message }) => message).join(' ')}`,
    }
  if (gates.length > 0) return { kind: 'gated', gates }
  const [first] = found
  if (first)
    return {
      kind: 'busy',
      message: first.message,
      heldBy: [
        ...new Set(
          found.flatMap(({ facts }) => ((facts ?? {}) as Facts).heldBy?.map((held) => held.reservationId) ?? []),
        ),
      ],
      nextFreeMs: Math.max(...found.map((violation) => whenFree(violation, nowMs))),
    }
  const agentId = driverOf(ask.parts.map(({ asset }) => asset))
  if (agentId === undefined)
    return {
      kind: 'impossible',
      reason: 'no-agent',
      message:
        'None of the required assets is a machine with an agent, so nothing can drive it. Set agentId on the machine.',
    }
  return { kind: 'free', ask, agentId, rulebook: known.rulebook }
}
