import * as z from 'zod'
import type { AgentId, GroupId, PlanningRunId, RunId, WorkspaceId } from '../ids.ts'
import type { Instant } from '../time.ts'

export const concurrentRunsSchema = z
  .int()
  .min(1)
  .max(1_000)
  .meta({ description: 'Runs that may be driven at one time; as many as the assets allow, where it is left out' })

/** What limits how many runs are driven at one time; `planning` how many planning runs. */
export type CapacityId = 'workspace' | 'planning' | AgentId | GroupId

/** Who takes the places of one limit. Written in the transaction that starts or ends a run, so that no more ever hold one. */
export type Capacity = {
  readonly workspaceId: WorkspaceId
  readonly id: CapacityId
  readonly holders: Readonly<Record<RunId | PlanningRunId, Instant>>
  readonly version: number
}

/** A limit, and how many it lets through. */
export type CapacityLimit = { readonly id: CapacityId; readonly name: string; readonly most: number }
