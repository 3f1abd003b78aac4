import { Refusal, type RefusalCode } from '#domain/errors.ts'
import { standing } from '#domain/rules/judge.ts'
import type { RuleCode, Violation } from '#domain/rules/violation.ts'

/** Which way of saying no a broken rule is; the first in this order that applies names the whole refusal. */
const refusalOf: readonly (readonly [RefusalCode, readonly RuleCode[]])[] = [
  ['invalid', ['empty-interval', 'in-the-past', 'unknown-asset', 'above-capacity']],
  ['limit_exceeded', ['beyond-horizon', 'too-large', 'day-full']],
  ['invalid_state', ['asset-unavailable']],
  ['asset_busy', ['asset-busy', 'too-close']],
]

const says: Partial<Record<RefusalCode, string>> = {
  asset_busy: 'Nothing was changed, because not everything is free at that time',
  against_rules: 'Nothing was changed, because it is against the rules',
}

/** The refusal of a request with all rules that it breaks; undefined where nothing stands in the way. */
export const refusalFor = (violations: readonly Violation[], current?: object): Refusal | undefined => {
  const found = standing(violations)
  if (found.length === 0) return undefined
  const codes = new Set<string>(found.map(({ code }) => code))
  const [code = 'against_rules'] = refusalOf.find(([, all]) => all.some((one) => codes.has(one))) ?? []
  const overridable = found.every(({ severity }) => severity === 'soft')
  const advice = overridable
    ? ` Somebody with the role named in the reasons may override ${found.length === 1 ? 'it' : 'them'}.`
    : ''
  return new Refusal(
    code,
    `${says[code] ?? 'This cannot be booked'}: ${found.map(({ message }) => message).join(' ')}${advice}`,
    { reasons: found.map(({ waivedBy: _none, ...reason }) => reason), ...(current && { current }) },
  )
}
