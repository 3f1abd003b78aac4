import type { AuditEntry } from '#domain/audit/entry.ts'
import { type Artifact, artifactKey } from '#domain/files/artifact.ts'
import { reservationIdOf, type WorkspaceId } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { isLive } from '#domain/runs/live.ts'
import { currentAttempt, type Run } from '#domain/runs/run.ts'
import { dayMs } from '#domain/time.ts'
import { forgottenEntries } from '../common/forgotten-entries.ts'
import type { Change, World } from '../world.ts'

type CleanWorld = Pick<World, 'store' | 'clock' | 'files'>

/** Runs forgotten in one go; the next one takes the next. */
const mostRuns = 1_000
/** Entries in one transaction beside the run itself. */
const batch = 80

/** Everything that is known of a run, as one JSON text in the bucket, before it is forgotten. Done twice it is the same file. */
const exportRun = async (
  run: Run,
  reservations: readonly Reservation[],
  artifacts: readonly Artifact[],
  world: CleanWorld,
): Promise<void> => {
  const { workspaceId, id } = run
  const history: AuditEntry[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.history(workspaceId, id, { limit: 100, cursor })
    history.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  const files = artifacts.map((artifact) => ({ ...artifact, key: artifactKey(artifact) }))
  const text = JSON.stringify({ run, reservations, history, files }, null, 2)
  await world.files.put(`exports/${workspaceId}/${run.dueAt.slice(0, 7)}/${id}.json`, text)
}

/** The run goes last, so that a clean-up that breaks off finds it again. */
const forgetRun = async (run: Run, exports: boolean, world: CleanWorld): Promise<boolean> => {
  const { workspaceId, id } = run
  // Somebody needs it kept, whatever the workspace says.
  if (run.legalHold) return false
  const attempts = Array.from({ length: currentAttempt(run) }, (_, index) => reservationIdOf(id, index + 1))
  const keys = attempts.map((reservationId) => ({ workspaceId, id: reservationId }))
  const found = await world.store.getMany('reservation', keys)
  const reservations = found.flatMap((reservation) => reservation ?? [])
  // What is held still needs its story.
  if (reservations.some(({ status }) => status === 'active' || status === 'quarantined')) return false
  const entries = [
    ...(await forgottenEntries(workspaceId, id, world)),
    ...(
      await Promise.all(reservations.map((reservation) => forgottenEntries(workspaceId, reservation.id, world)))
    ).flat(),
  ]
  const artifacts = await world.store.artifactsOf(workspaceId, id)
  if (exports) await exportRun(run, reservations, artifacts, world)
  for (const artifact of artifacts) {
    // An export says where its files were; they are kept with it.
    if (!exports) await world.files.remove(artifactKey(artifact))
    await world.store.commit([
      { type: 'remove', kind: 'artifact', key: { workspaceId, id: artifact.id }, expect: artifact.version },
    ])
  }
  for (let at = 0; at < entries.length; at += batch) await world.store.commit(entries.slice(at, at + batch))
  const last: Change[] = [
    ...reservations.map(
      ({ id: reservationId, version }): Change => ({
        type: 'remove',
        kind: 'reservation',
        key: { workspaceId, id: reservationId },
        expect: version,
      }),
    ),
    { type: 'remove', kind: 'run', key: { workspaceId, id }, expect: run.version },
  ]
  return (await world.store.commit(last)).committed
}

/**
 * Forgets runs that were due longer ago than the workspace keeps history: the run, its reservations, and what is written about
 * them. Statistics stay, and so does the history of schedules, assets and people. @returns how many runs were forgotten
 */
export const cleanHistory = async (workspaceId: WorkspaceId, world: CleanWorld): Promise<number> => {
  const workspace = await world.store.get('workspace', { id: workspaceId })
  if (workspace?.retentionDays === undefined) return 0
  const cutoffMs = world.clock.now() - workspace.retentionDays * dayMs
  let forgotten = 0
  let cursor: string | undefined
  do {
    const page = await world.store.runsBetween(workspaceId, { limit: 100, cursor }, 0, cutoffMs)
    for (const run of page.items)
      if (!isLive(run) && (await forgetRun(run, workspace.exportForgotten === true, world))) forgotten += 1
    cursor = page.next
  } while (cursor !== undefined && forgotten < mostRuns)
  return forgotten
}
