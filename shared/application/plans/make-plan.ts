import type { Plan } from '#domain/plans/plan.ts'
import type { World } from '../world.ts'
import { answering, type Deadline } from './answer-question.ts'
import { type PlanAsk, poseQuestion } from './pose-question.ts'
import { knownPlan, storePlan } from './store-plan.ts'

/**
 * Makes a candidate plan and stores it; nothing is held for it. The same question is answered with the plan that is there.
 * @throws Refusal `invalid` (the horizon), `limit_exceeded`
 */
export const makePlan = async (
  ask: PlanAsk,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  deadline: Deadline,
): Promise<Plan> => {
  const question = await poseQuestion(ask, world)
  const known = await knownPlan(question, world)
  if (known) return known
  const steps = answering(question, deadline)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return storePlan(question, step.value, world)
}
