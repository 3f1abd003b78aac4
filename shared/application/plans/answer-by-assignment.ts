import { type AssignmentProgress, assigning } from '#domain/assignment/assigning.ts'
import { itemsOf, metricsOf } from '#domain/plans/items-of.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { toldStaying, toldWaiting } from '#domain/plans/told-unposed.ts'
import { minutes } from '#domain/time.ts'
import type { Allowance } from './allowance.ts'
import type { Answer } from './answer-question.ts'
import type { Question } from './pose-question.ts'
import { changesOf } from './within-changes.ts'

/** Gives orders to people and assets, step by step: what is found by the end of its time is answered. */
export function* answeringByAssignment(
  { read, ask: { seed }, maxChanges, askedMs }: Question,
  { stopwatch, untilMs, reasonsUntilMs, isStopped }: Allowance,
): Generator<AssignmentProgress, Answer> {
  const { input } = read
  // Whole minutes, like all that a question rests on.
  const nowMs = Math.floor(askedMs / minutes(1)) * minutes(1)
  const { drafts, assigned, leftOut, cutShort } = yield* assigning(
    { input, seed, nowMs, maxChanges },
    {
      isOver: () => isStopped() || stopwatch() >= untilMs,
      isExplained: () => stopwatch() >= reasonsUntilMs,
    },
  )
  const items = itemsOf(drafts, input).map((item): PlanItem => {
    const why = assigned.get(item.orderId)
    return why ? { ...item, assigned: why } : item
  })
  const changes = changesOf(items, read)
  const waiting = read.waiting.map((order) => toldStaying(order, toldWaiting(order)))
  const metrics = metricsOf(items, input, changes.dropped)
  return { items, leftOut: [...waiting, ...leftOut], iterations: 0, cutShort, changes, metrics }
}
