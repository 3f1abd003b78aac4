import type { AgentId } from '#domain/ids.ts'
import { commandIdOf, reservationIdOf } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import type { Ask } from '#domain/rules/ask.ts'
import { currentAttempt, type LiveRun, type Run } from '#domain/runs/run.ts'
import { toQueued } from '#domain/runs/transitions.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { system } from '../common/audit.ts'
import { next, reservationChanges } from '../reservations/store-reservation.ts'
import type { Change, World } from '../world.ts'
import { runChange } from './record.ts'

const actor = system('prepare')

/** A claim in OPEN raises the fence of its asset. */
const fenced = (change: Change, { parts }: Ask): Change => {
  if (change.type !== 'claim' || change.item !== 'OPEN') return change
  const part = parts.find(({ assetId }) => assetId === change.assetId)
  return { ...change, fence: (part?.ledger.open.fence ?? 0) + 1 }
}

/**
 * The one transaction that starts a run: the run, its reservation, a claim in OPEN of every asset, on condition that the
 * asset, its days, the schedule and the workspace are still as they were read (I1, I10). `stored` is the run as the table has it,
 * undefined for a firing that is opened by this very transaction.
 */
export const activation = (
  of: {
    run: LiveRun
    stored: LiveRun | undefined
    schedule: Schedule | undefined
    workspace: Workspace | undefined
    ask: Ask
    /** What was held for it; it becomes the claim. */
    hold: Reservation | undefined
    agentId: AgentId
    execution: string
    /** Limits of concurrent runs of which it takes a place. */
    places: readonly string[]
  },
  world: Pick<World, 'clock' | 'ids'>,
): { changes: Change[]; run: Run } => {
  const { run, stored, ask, hold, schedule, workspace } = of
  const { workspaceId } = run
  const { nowMs, span, parts } = ask
  const attempt = currentAttempt(run)
  const { expiresAt: _expires, ...held } = hold ?? {}
  const reservation = next(
    hold,
    {
      createdAt: instantOf(nowMs),
      createdBy: `system:${run.id}`,
      ...held,
      workspaceId,
      id: reservationIdOf(run.id, attempt),
      status: 'active',
      source: { kind: 'run', runId: run.id },
      assets: parts.map(({ assetId, units }) => ({ assetId, units })),
      start: instantOf(span.startMs),
      end: instantOf(span.endMs),
      ...(ask.setup !== undefined && { setup: ask.setup }),
    },
    ask,
  )
  const after = toQueued(
    run,
    {
      attempt,
      reservationId: reservation.id,
      commandId: commandIdOf(run.id, attempt),
      agentId: of.agentId,
      assets: parts.map(({ assetId, asset, units, ledger }) => ({
        assetId,
        units,
        ...(asset?.capacity === 1 && { fence: ledger.open.fence + 1 }),
        ...(asset?.healthCheck && { counted: true as const }),
      })),
      ...(of.places.length > 0 && { capacity: [...of.places] }),
      since: instantOf(nowMs),
    },
    { execution: of.execution, version: (stored?.version ?? 0) + 1 },
  )
  const changes: Change[] = [
    ...runChange(world, stored, after, stored ? 'run.starting' : 'run.opened', actor),
    ...reservationChanges({ before: hold, after: reservation, ask, action: 'reservation.activated', actor }, world).map(
      (change) => fenced(change, ask),
    ),
  ]
  if (schedule)
    changes.push({ type: 'check', kind: 'schedule', key: { workspaceId, id: schedule.id }, expect: schedule.version })
  // A kill switch is part of the workspace.
  if (workspace) changes.push({ type: 'check', kind: 'workspace', key: { id: workspaceId }, expect: workspace.version })
  return { changes, run: after }
}
