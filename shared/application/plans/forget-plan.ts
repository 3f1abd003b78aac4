import type { Actor } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { partIdOf } from '#domain/plans/parts.ts'
import type { Plan, PlanPart } from '#domain/plans/plan.ts'
import { proposalIdOf } from '#domain/proposals/proposal-id.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { forgottenEntries } from '../common/forgotten-entries.ts'
import type { Change, World } from '../world.ts'

type ForgetWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** Entries in one transaction. */
const batch = 80

/** Forgets the history of one thing, before the thing itself goes. */
export const forgetHistory = async (workspaceId: WorkspaceId, subject: string, world: ForgetWorld): Promise<void> => {
  const entries = await forgottenEntries(workspaceId, subject, world)
  for (let at = 0; at < entries.length; at += batch) await world.store.commit(entries.slice(at, at + batch))
}

/** From then on nobody can commit what is left of it. @returns it; undefined where another writer was faster */
const rejected = async (
  before: Plan,
  of: { readonly actor: Actor; readonly because: string },
  world: ForgetWorld,
): Promise<Plan | undefined> => {
  const { actor, because: rejectedBecause } = of
  const { workspaceId, id: subject } = before
  const value: Plan = {
    ...before,
    status: 'rejected',
    rejectedBecause,
    ...touched(actor, world),
    version: before.version + 1,
  }
  const done = await world.store.commit([
    { type: 'put', kind: 'plan', value, expect: before.version },
    auditOf(world, { workspaceId, subject, action: 'plan.rejected', actor, before, after: value }),
  ])
  return done.committed ? value : undefined
}

/** What was decided of the orders of a part, with its history unless that stays. @returns whether it is gone; not, where another writer was faster */
const forgetProposals = async (
  { workspaceId, id }: Plan,
  { items, leftOut }: PlanPart,
  {
    actor,
    because: note,
    keepsHistory,
  }: { readonly actor: Actor; readonly because: string; readonly keepsHistory: boolean },
  world: ForgetWorld,
): Promise<boolean> => {
  const keys = [...items, ...leftOut].map(({ orderId }) => ({ workspaceId, id: proposalIdOf(id, orderId) }))
  const found = (await world.store.getMany('proposal', keys)).flatMap((proposal) => proposal ?? [])
  if (!keepsHistory) for (const proposal of found) await forgetHistory(workspaceId, proposal.id, world)
  const removed = { workspaceId, action: 'proposal.removed', actor, after: {}, note }
  const changes = found.flatMap((before): Change[] => [
    { type: 'remove', kind: 'proposal', key: { workspaceId, id: before.id }, expect: before.version },
    ...(keepsHistory ? [auditOf(world, { ...removed, subject: before.id, before })] : []),
  ])
  for (let at = 0; at < changes.length; at += batch)
    if (!(await world.store.commit(changes.slice(at, at + batch))).committed) return false
  return true
}

/**
 * Removes a plan that nobody may need any more with what was decided of it, part by part: it names fewer parts before the last of them goes, and goes last
 * itself. Whatever dies, nothing is named that is not there, and asking again goes on.
 * @param of.keepsHistory its history stays, with an entry that says who removed it
 * @returns whether it is gone; not, where another writer changed it meanwhile
 */
export const forgetPlan = async (
  plan: Plan,
  of: { readonly actor: Actor; readonly because: string; readonly keepsHistory: boolean },
  world: ForgetWorld,
): Promise<boolean> => {
  const { workspaceId, id } = plan
  const open = plan.status === 'candidate' ? await rejected(plan, of, world) : plan
  if (!open) return false
  let before = open
  while (before.parts > 0) {
    const value: Plan = { ...before, parts: before.parts - 1, version: before.version + 1 }
    const last = await world.store.get('planPart', { workspaceId, id: partIdOf(id, value.parts) })
    if (last && plan.algorithm === 'assignment' && !(await forgetProposals(plan, last, of, world))) return false
    const gone: Change[] = last
      ? [{ type: 'remove', kind: 'planPart', key: { workspaceId, id: last.id }, expect: last.version }]
      : []
    const done = await world.store.commit([{ type: 'put', kind: 'plan', value, expect: before.version }, ...gone])
    if (!done.committed) return false
    before = value
  }
  if (!of.keepsHistory) await forgetHistory(workspaceId, id, world)
  const { actor, because: note } = of
  const told: Change[] = of.keepsHistory
    ? [auditOf(world, { workspaceId, subject: id, action: 'plan.removed', actor, before, after: {}, note })]
    : []
  const { committed } = await world.store.commit([
    { type: 'remove', kind: 'plan', key: { workspaceId, id }, expect: before.version },
    ...told,
  ])
  return committed
}
