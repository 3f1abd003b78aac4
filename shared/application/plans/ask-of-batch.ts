import { Refusal } from '#domain/errors.ts'
import { type Batch, chosenOf } from '#domain/orders/batch.ts'
import type { Algorithm } from '#domain/plans/plan.ts'
import { usualDays } from '#domain/plans/plan-ask.ts'
import { dayMs, hours } from '#domain/time.ts'
import type { World } from '../world.ts'
import { checkScope } from './check-scope.ts'
import type { PlanAsk } from './pose-question.ts'
import type { PlanRequest } from './read-input.ts'

/** An ask in which nothing is left to a policy. */
export type SettledAsk = PlanAsk & { readonly algorithm: Algorithm }

type Settled = {
  readonly ask: SettledAsk
  /** How much is planned, where the ask does not say until when. Milliseconds. */
  readonly usualMs: number
  readonly choose?: PlanRequest['choose']
}

const batchOf = async (
  { workspaceId, batchId: id }: Pick<PlanAsk, 'workspaceId' | 'batchId'>,
  world: Pick<World, 'store'>,
  under: string,
): Promise<Batch | undefined> => {
  if (id === undefined) return undefined
  const batch = await world.store.get('batch', { workspaceId, id })
  const refuse = (code: 'invalid' | 'invalid_state', message: string): Refusal =>
    new Refusal(code, message, { reasons: [{ code: 'no-batch', message, path: `${under}/batchId` }] })
  if (!batch)
    throw refuse('invalid', `There is no batch ${id} in this workspace. Name one that there is, or leave it out.`)
  if (batch.status === 'cancelled') throw refuse('invalid_state', `Batch "${batch.name}" is cancelled.`)
  return batch
}

/** An assignment leaves slots where they are but those that make way. @throws Refusal `invalid` */
const checkMode = ({ algorithm, mode }: Partial<Pick<PlanAsk, 'algorithm' | 'mode'>>, under = ''): void => {
  if (algorithm !== 'assignment' || (mode !== 'from-scratch' && mode !== 'repair')) return
  const message = 'an assignment is made with mode auto, reshuffle or incremental'
  throw new Refusal('invalid', `Nothing was done: ${message}.`, {
    reasons: [{ code: 'other-mode', message, path: `${under}/mode` }],
  })
}

/** That what an ask is about is there; `under` says where it stands in the body. @throws Refusal `invalid`, `invalid_state` */
export const checkAsk = async (
  scope: Pick<PlanAsk, 'workspaceId' | 'orderIds' | 'assetIds' | 'batchId'> &
    Partial<Pick<PlanAsk, 'algorithm' | 'mode'>>,
  world: Pick<World, 'store'>,
  under = '',
): Promise<Batch | undefined> => {
  checkMode(scope, under)
  const [batch] = await Promise.all([batchOf(scope, world, under), checkScope(scope, world, under)])
  return batch
}

/** What the policy of a batch says wherever the ask does not. @throws Refusal `invalid` (what it is about is not there), `invalid_state` (the batch is cancelled) */
export const settledAsk = async (ask: PlanAsk, world: Pick<World, 'store' | 'clock'>): Promise<Settled> => {
  const batch = await checkAsk(ask, world)
  if (!batch) {
    const algorithm = ask.algorithm ?? 'search'
    return { ask: { ...ask, algorithm }, usualMs: usualDays(algorithm).days * dayMs }
  }
  const { policy, id } = batch
  const { algorithm = policy.algorithm ?? 'search' } = ask
  checkMode({ ...ask, algorithm })
  return {
    ask: {
      ...ask,
      algorithm,
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
