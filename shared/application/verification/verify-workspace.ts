import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { localDay } from '#domain/people/presence.ts'
import { type Day, dayMs, instantOf } from '#domain/time.ts'
import { findingsOf } from '#domain/verification/audit.ts'
import { dueDate } from '#domain/verification/due.ts'
import type { Facts } from '#domain/verification/facts.ts'
import { contentOf } from '#domain/verification/report.ts'
import type { RosterSettings } from '#domain/verification/settings.ts'
import { digestOf, worstOf } from '#domain/verification/text.ts'
import { type Verification, verificationIdOf } from '#domain/verification/verification.ts'
import { auditOf, system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { rosterSettingsOf } from '../people/roster-settings.ts'
import type { World } from '../world.ts'
import { gatherFacts } from './gather-facts.ts'

type VerifyWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** Reports are kept for so long. */
const keptDays = 400

/** The report of the last date before another. */
const reportBefore = async (workspaceId: WorkspaceId, id: Verification['id'], { store }: VerifyWorld) =>
  (await store.list('verification', workspaceId, { limit: 5, newestFirst: true })).items.find((one) => one.id < id)

/** Looks at the coming days and writes the report of a date. @returns undefined where it was written by itself already */
const report = async (
  of: { readonly settings: RosterSettings; readonly date: Day; readonly actor: Actor; readonly automatic: boolean },
  world: VerifyWorld,
): Promise<Verification | undefined> => {
  const { settings, date, actor, automatic } = of
  const { workspaceId } = settings
  const { timeZone } = settings.verification
  const id = verificationIdOf(date)
  const facts: Facts = await gatherFacts({ settings, today: localDay(timeZone, world.clock.now()) }, world)
  const findings = findingsOf(facts)
  return transact<Verification | undefined>(world, async () => {
    const before = await world.store.get('verification', { workspaceId, id })
    if (automatic && before?.automaticAt !== undefined) return { changes: [], result: undefined }
    const previous = await reportBefore(workspaceId, id, world)
    const at = instantOf(facts.nowMs)
    const automaticAt = automatic ? at : before?.automaticAt
    const after: Verification = {
      workspaceId,
      id,
      date,
      timeZone,
      at,
      by: actorName(actor),
      ...(automaticAt !== undefined && { automaticAt }),
      span: {
        from: instantOf(facts.span.startMs),
        to: instantOf(facts.span.endMs),
        dutiesTo: facts.dutyDays.at(-1) ?? date,
      },
      ...contentOf(findings, before ?? previous, id),
      ...(previous && { previous: previous.id }),
      expiresAtSeconds: Math.floor((facts.nowMs + keptDays * dayMs) / 1000),
      version: (before?.version ?? 0) + 1,
    }
    // Of what is made by itself people are told, by its worst; whoever makes one by hand has the answer.
    const action = automatic ? `verification.${worstOf(after) ?? 'clear'}` : 'verification.refreshed'
    return {
      changes: [
        { type: 'put', kind: 'verification', value: after, expect: before?.version ?? 'absent' },
        auditOf(world, { workspaceId, subject: id, action, actor, before, after, note: digestOf(after) }),
      ],
      result: after,
    }
  })
}

/** Makes the report of today, or makes it anew; what was resolved stays resolved. @throws Refusal `contended`, `unavailable` */
export const verifyWorkspace = async (
  { workspaceId, actor }: { readonly workspaceId: WorkspaceId; readonly actor: Actor },
  world: VerifyWorld,
): Promise<Verification> => {
  const settings = await rosterSettingsOf(workspaceId, world)
  const date = localDay(settings.verification.timeZone, world.clock.now())
  const made = await report({ settings, date, actor, automatic: false }, world)
  if (!made) throw new Error(`no report of ${date} was made`)
  return made
}

/**
 * Makes the report that is due, once for a date. Asked again, or by two at once, it makes no other; whatever broke off is begun
 * anew when it is asked next.
 * @returns the report, where one was made
 */
export const verifyWhenDue = async (
  workspaceId: WorkspaceId,
  world: VerifyWorld,
): Promise<Verification | undefined> => {
  const settings = await rosterSettingsOf(workspaceId, world)
  const date = dueDate(settings.verification, world.clock.now())
  if (date === undefined) return undefined
  const there = await world.store.get('verification', { workspaceId, id: verificationIdOf(date) })
  if (there?.automaticAt !== undefined) return undefined
  return report({ settings, date, actor: system('verification'), automatic: true }, world)
}
