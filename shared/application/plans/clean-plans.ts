import type { WorkspaceId } from '#domain/ids.ts'
import { partIdOf } from '#domain/plans/parts.ts'
import type { Plan } from '#domain/plans/plan.ts'
import type { Snapshot } from '#domain/plans/snapshot.ts'
import { dayMs, hours, instantOf } from '#domain/time.ts'
import { auditOf, system } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { forgottenEntries } from '../common/forgotten-entries.ts'
import type { World } from '../world.ts'

type CleanWorld = Pick<World, 'store' | 'clock' | 'ids'>
const actor = system('clean-up')

/** Plans that nobody committed are kept for so long. */
const planDays = 30
/** Plans are looked through back to this age: what is older and was not committed went before. */
const lookedDays = 60
const mostPages = 50
/** Snapshots are kept for so long, and so many of them. */
const snapshotDays = 90
const mostSnapshots = 50
/** Plans and snapshots forgotten in one go; the next one takes the next. */
const most = 200
/** What is not taken by then has died on the way. */
const takingMs = hours(1)
const batch = 80

const forgetHistory = async (workspaceId: WorkspaceId, subject: string, world: CleanWorld): Promise<void> => {
  const entries = await forgottenEntries(workspaceId, subject, world)
  for (let at = 0; at < entries.length; at += batch) await world.store.commit(entries.slice(at, at + batch))
}

/** A plan names fewer parts before the last of them goes, and goes last itself: whatever dies, nothing is named that is not there. */
const forgetPlan = async (plan: Plan, world: CleanWorld): Promise<boolean> => {
  const { workspaceId, id } = plan
  let before = plan
  if (before.status === 'candidate') {
    // From here on nobody can commit what is left of it.
    const rejectedBecause = `Nobody committed it within ${planDays} days.`
    const value: Plan = {
      ...before,
      status: 'rejected',
      rejectedBecause,
      ...touched(actor, world),
      version: before.version + 1,
    }
    const done = await world.store.commit([
      { type: 'put', kind: 'plan', value, expect: before.version },
      auditOf(world, { workspaceId, subject: id, action: 'plan.rejected', actor, before, after: value }),
    ])
    if (!done.committed) return false
    before = value
  }
  while (before.parts > 0) {
    const value: Plan = { ...before, parts: before.parts - 1, version: before.version + 1 }
    const last = await world.store.get('planPart', { workspaceId, id: partIdOf(id, value.parts) })
    const done = await world.store.commit([
      { type: 'put', kind: 'plan', value, expect: before.version },
      ...(last
        ? [
            {
              type: 'remove',
              kind: 'planPart',
              key: { workspaceId, id: last.id },
              expect: last.version,
            } as const,
          ]
        : []),
    ])
    if (!done.committed) return false
    before = value
  }
  await forgetHistory(workspaceId, id, world)
  return (
    await world.store.commit([{ type: 'remove', kind: 'plan', key: { workspaceId, id }, expect: before.version }])
  ).committed
}

/** Whether a plan is older than it is kept: one that slots came from as long as history is, any other one for a month. */
const isOver = ({ status, createdAt, committed }: Plan, nowMs: number, retentionDays: number | undefined): boolean => {
  const before = (days: number): string => instantOf(nowMs - days * dayMs)
  if (status === 'committing') return false
  return status === 'committed'
    ? retentionDays !== undefined && (committed?.at ?? createdAt) < before(retentionDays)
    : createdAt < before(planDays)
}

/** @returns how many were forgotten */
const cleanPlans = async (workspaceId: WorkspaceId, world: CleanWorld): Promise<number> => {
  const nowMs = world.clock.now()
  const workspace = await world.store.get('workspace', { id: workspaceId })
  // The oldest are the first to go where history is not kept for ever.
  const found = [...(await world.store.list('plan', workspaceId, { limit: 100 })).items]
  const looked = instantOf(nowMs - lookedDays * dayMs)
  let cursor: string | undefined
  for (let pages = 0; pages < mostPages && found.length < most; pages++) {
    const page = await world.store.list('plan', workspaceId, { limit: 100, cursor, newestFirst: true })
    found.push(...page.items.filter((plan) => isOver(plan, nowMs, workspace?.retentionDays)))
    cursor = page.next
    if (cursor === undefined || (page.items.at(-1)?.createdAt ?? '') < looked) break
  }
  let forgotten = 0
  for (const plan of new Map(found.map((one) => [one.id, one])).values())
    if (isOver(plan, nowMs, workspace?.retentionDays) && (await forgetPlan(plan, world))) forgotten += 1
  return forgotten
}

/** Marked first, so that nobody goes back to half of it; itself last. */
const forgetSnapshot = async (snapshot: Snapshot, world: CleanWorld): Promise<boolean> => {
  const { workspaceId, id } = snapshot
  const value: Snapshot = { ...snapshot, state: 'going', version: snapshot.version + 1 }
  const marked = await world.store.commit([{ type: 'put', kind: 'snapshot', value, expect: snapshot.version }])
  if (!marked.committed) return false
  for (let part = 0; part < snapshot.parts; part++)
    await world.store.commit([
      { type: 'remove', kind: 'snapshotPart', key: { workspaceId, id: partIdOf(id, part) }, expect: 1 },
    ])
  await forgetHistory(workspaceId, id, world)
  return (
    await world.store.commit([{ type: 'remove', kind: 'snapshot', key: { workspaceId, id }, expect: value.version }])
  ).committed
}

/** All but the newest, what is old, and what died while it was taken. @returns how many were forgotten */
const cleanSnapshots = async (workspaceId: WorkspaceId, world: CleanWorld): Promise<number> => {
  const nowMs = world.clock.now()
  const [oldest, died] = [instantOf(nowMs - snapshotDays * dayMs), instantOf(nowMs - takingMs)]
  let [kept, forgotten] = [0, 0]
  let cursor: string | undefined
  do {
    const page = await world.store.list('snapshot', workspaceId, { limit: 100, cursor, newestFirst: true })
    for (const snapshot of page.items) {
      const { state, createdAt } = snapshot
      if (state === 'taken' && createdAt >= oldest && kept < mostSnapshots) kept += 1
      else if ((state !== 'taking' || createdAt < died) && (await forgetSnapshot(snapshot, world))) forgotten += 1
    }
    cursor = page.next
  } while (cursor !== undefined && forgotten < most)
  return forgotten
}

/**
 * Forgets plans and snapshots that are older than they are kept, so many at a time. Dying anywhere, or run twice, it comes to the
 * same.
 */
export const forgetPlans = async (
  workspaceId: WorkspaceId,
  world: CleanWorld,
): Promise<{ readonly plans: number; readonly snapshots: number }> => ({
  plans: await cleanPlans(workspaceId, world),
  snapshots: await cleanSnapshots(workspaceId, world),
})
