import type { PlanningRun } from './planning-run.ts'

/** Those that have not ended. Apart from their schema, which the store does not need. */
export const isLivePlanningRun = ({ status }: Pick<PlanningRun, 'status'>): boolean =>
  status === 'queued' || status === 'running'
