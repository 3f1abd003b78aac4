import type { AgentId } from '#domain/ids.ts'
import { commandIdOf, reservationIdOf } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { currentAttempt, type LiveRun, type Run } from '#domain/runs/run.ts'
import { toStarting } from '#domain/runs/transitions.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, seconds } from '#domain/time.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { auditOf, system } from '../common/audit.ts'
import type { Change, World } from '../world.ts'
import type { Chosen } from './find-assets.ts'
import { runChange } from './record.ts'

const actor = system('prepare')

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
    chosen: readonly Chosen[]
    agentId: AgentId
    execution: string
  },
  world: Pick<World, 'clock' | 'ids'>,
): { changes: Change[]; run: Run } => {
  const { run, stored, chosen, schedule, workspace } = of
  const { workspaceId } = run
  const nowMs = world.clock.now()
  const endMs = nowMs + seconds(run.work.expectedDurationSeconds)
  const attempt = currentAttempt(run)
  const reservation: Reservation = {
    workspaceId,
    id: reservationIdOf(run.id, attempt),
    status: 'active',
    source: { kind: 'run', runId: run.id },
    assets: chosen.map(({ asset, units }) => ({ assetId: asset.id, units })),
    start: instantOf(nowMs),
    end: instantOf(endMs),
    version: 1,
    createdAt: instantOf(nowMs),
    createdBy: `system:${run.id}`,
  }
  const after = toStarting(
    run,
    {
      attempt,
      reservationId: reservation.id,
      commandId: commandIdOf(run.id, attempt),
      agentId: of.agentId,
      assets: chosen.map(({ asset, units, ledger }) => ({
        assetId: asset.id,
        units,
        ...(asset.capacity === 1 && { fence: ledger.open.fence + 1 }),
      })),
      since: instantOf(nowMs),
    },
    { execution: of.execution, version: (stored?.version ?? 0) + 1 },
  )
  const changes: Change[] = [
    ...runChange(world, stored, after, stored ? 'run.starting' : 'run.opened', actor),
    { type: 'put', kind: 'reservation', value: reservation, expect: 'absent' },
    auditOf(world, {
      workspaceId,
      subject: reservation.id,
      action: 'reservation.activated',
      actor,
      after: reservation,
    }),
    ...chosen.flatMap(({ asset, units, ledger }): Change[] => [
      {
        type: 'claim',
        workspaceId,
        assetId: asset.id,
        item: 'OPEN',
        expect: ledger.open.version,
        reservationId: reservation.id,
        claim: { startMs: nowMs, endMs, units },
        fence: ledger.open.fence + 1,
      },
      ...ledger.days.map(
        ({ day, version }): Change => ({
          type: 'check-ledger',
          workspaceId,
          assetId: asset.id,
          item: day,
          expect: version,
        }),
      ),
      { type: 'check', kind: 'asset', key: { workspaceId, id: asset.id }, expect: asset.version },
    ]),
  ]
  if (schedule)
    changes.push({ type: 'check', kind: 'schedule', key: { workspaceId, id: schedule.id }, expect: schedule.version })
  // A kill switch is part of the workspace.
  if (workspace) changes.push({ type: 'check', kind: 'workspace', key: { id: workspaceId }, expect: workspace.version })
  return { changes, run: after }
}
