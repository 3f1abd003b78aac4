import type { PlanId, PlanningRunId } from '#domain/ids.ts'

/** The plan that an attempt of a run makes; another attempt may find another one. */
export const planIdOf = (id: PlanningRunId, attempt: number): PlanId => `pln_${id.slice(4)}-${attempt}`
