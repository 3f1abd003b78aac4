import { Refusal } from '#domain/errors.ts'
import type { Plan } from '#domain/plans/plan.ts'
import type { World } from '../world.ts'
import type { Stopwatch } from './allowance.ts'
import { answering } from './answer-question.ts'
import { type PlanAsk, poseQuestion } from './pose-question.ts'
import { knownPlan, storePlan } from './store-plan.ts'

/** The gateway waits half a minute: by then the plan must be stored, too. */
const mostMs = 20_000
/** Orders that a request plans at most: more of them take too long to read, to tell why they are left out, and to store. */
const mostOrders = 10_000

/**
 * Makes a candidate plan and stores it; nothing is held for it. The same question is answered with the plan that is there.
 * @throws Refusal `invalid` (the horizon), `limit_exceeded`
 */
export const makePlan = async (
  ask: PlanAsk,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  stopwatch: Stopwatch,
): Promise<Plan> => {
  const untilMs = stopwatch() + mostMs
  const question = await poseQuestion(ask, world)
  const { algorithm } = question.ask
  if (algorithm === 'assignment')
    throw new Refusal('invalid', 'People are assigned by planning runs: use POST …/planning-runs.', {
      reasons: [{ code: 'planning-runs-only', message: 'ask for a planning run', path: '/algorithm' }],
    })
  const known = await knownPlan(question, world)
  if (known) return known
  const { length } = question.read.input.orders
  if (length > mostOrders)
    throw new Refusal(
      'limit_exceeded',
      `${length} orders are too many to be planned within a request, which takes ${mostOrders}. Use POST …/planning-runs, or name fewer in \`orderIds\`.`,
    )
  const steps = answering(
    { ...question, ask: { ...question.ask, algorithm } },
    { stopwatch, untilMs, reasonsUntilMs: untilMs, isStopped: () => false },
  )
  let step = steps.next()
  while (!step.done) step = steps.next()
  return storePlan(question, step.value, world)
}
