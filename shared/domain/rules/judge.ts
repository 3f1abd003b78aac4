import { roleAllows } from '../workspaces/workspace.ts'
import { accountRules } from './account-rules.ts'
import type { Ask } from './ask.ts'
import { assetRules } from './asset-rules.ts'
import { timeRules } from './time-rules.ts'
import type { Violation } from './violation.ts'
import { waives } from './waiver.ts'

const waived = (found: Violation, { waivers, override, subject, project, nowMs }: Ask): Violation => {
  if (found.overridableBy === undefined) return found
  const assetId = typeof found.facts?.assetId === 'string' ? found.facts.assetId : undefined
  const waiver = waivers.find((one) => waives(one, { code: found.code, assetId }, { subject, project }, nowMs))
  if (waiver) return { ...found, waivedBy: waiver.id }
  const mayPass = override?.codes.includes(found.code) && roleAllows(override.role, found.overridableBy)
  return mayPass && override ? { ...found, waivedBy: override.by } : found
}

/**
 * The one answer to "may this be?": every rule that the request breaks, all at once, each with its facts and who may override
 * it. Creating, moving, extending, holding ahead, importing and starting all ask here; so does a dry run.
 */
export const judgeReservation = (ask: Ask): Violation[] =>
  [...timeRules(ask), ...ask.parts.flatMap((part) => assetRules(ask, part)), ...accountRules(ask)].map((found) =>
    waived(found, ask),
  )

/** The rules that an override lets through, of those that are broken. */
export const overridden = (violations: readonly Violation[], override: Ask['override']): readonly string[] =>
  override ? [...new Set(violations.flatMap(({ waivedBy, code }) => (waivedBy === override.by ? [code] : [])))] : []

/** What stands in the way. */
export const standing = (violations: readonly Violation[]): Violation[] =>
  violations.filter(({ waivedBy }) => waivedBy === undefined)
