import { Refusal } from '#domain/errors.ts'
import { type Batch, chosenOf } from '#domain/orders/batch.ts'
import type { Algorithm } from '#domain/plans/plan.ts'
import { hours } from '#domain/time.ts'
import type { World } from '../world.ts'
import type { PlanAsk } from './pose-question.ts'
import type { PlanRequest } from './read-input.ts'

/** An ask in which nothing is left to a policy. */
export type SettledAsk = PlanAsk & { readonly algorithm: Algorithm }

type Settled = {
  readonly ask: SettledAsk
  /** How much is planned, where the ask does not say until when. Milliseconds. */
  readonly usualMs?: number | undefined
  readonly choose?: PlanRequest['choose']
}

const batchOf = async (
  { workspaceId, batchId: id }: PlanAsk,
  world: Pick<World, 'store'>,
): Promise<Batch | undefined> => {
  if (id === undefined) return undefined
  const batch = await world.store.get('batch', { workspaceId, id })
  const refuse = (code: 'invalid' | 'invalid_state', message: string): Refusal =>
    new Refusal(code, message, { reasons: [{ code: 'no-batch', message, path: '/batchId' }] })
  if (!batch) throw refuse('invalid', `There is no batch ${id} in this workspace.`)
  if (batch.status === 'cancelled') throw refuse('invalid_state', `Batch "${batch.name}" is cancelled.`)
  return batch
}

/** What the policy of a batch says wherever the ask does not. @throws Refusal `invalid`, `invalid_state` (no such batch, or cancelled) */
export const settledAsk = async (ask: PlanAsk, world: Pick<World, 'store' | 'clock'>): Promise<Settled> => {
  const batch = await batchOf(ask, world)
  if (!batch) return { ask: { ...ask, algorithm: ask.algorithm ?? 'search' } }
  const { policy, id } = batch
  return {
    ask: {
      ...ask,
      algorithm: ask.algorithm ?? policy.algorithm ?? 'search',
      objective: ask.objective ?? policy.objective,
      preset: ask.preset ?? policy.repairPreset,
    },
    usualMs: hours(policy.horizonHours),
    choose: (waiting) =>
      chosenOf(
        waiting.filter(({ batchId }) => batchId === id),
        policy,
        world.clock.now(),
      ),
  }
}
