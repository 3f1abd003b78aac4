import type { Reason } from '../errors.ts'
import { msOf } from '../time.ts'
import { parseCalendarRule, writeCalendarRule } from './calendar-rule.ts'
import { canonicalCron } from './canonical-cron.ts'
import { readInterval, writeInterval } from './interval.ts'
import { momentOf } from './moment.ts'
import { calendarEndMs, periodMs, type Rule, type SingleRule } from './rule.ts'

/** A rule in the one form in which it is stored, or everything that is wrong with it. */
export type Canonical<R extends Rule = Rule> =
  | { readonly ok: true; readonly rule: R }
  | { readonly ok: false; readonly reasons: readonly Reason[] }

const problem = (code: string, message: string, path: string): Canonical<never> => ({
  ok: false,
  reasons: [{ code, message, path }],
})

export const isOutsideCalendar = (instant: string): boolean => msOf(instant) < 0 || msOf(instant) > calendarEndMs

const single = (rule: SingleRule, zone: string): Canonical<SingleRule> => {
  switch (rule.kind) {
    case 'at': {
      const moment = momentOf(rule.at, zone)
      if (typeof moment !== 'string') return { ok: false, reasons: [moment] }
      if (isOutsideCalendar(moment))
        return problem('out-of-range', `${moment} lies outside the years 1970 to 2199.`, '/rule/at')
      return { ok: true, rule: { kind: 'at', at: moment } }
    }
    case 'rate':
      return periodMs(rule) > 366 * 86_400_000
        ? problem(
            'rate-too-long',
            'A rate of more than a year is not supported; use a cron with a year field.',
            '/rule/every',
          )
        : { ok: true, rule }
    case 'every': {
      const read = readInterval(rule.interval)
      if (!read.ok) return problem('bad-interval', read.message, '/rule/interval')
      return { ok: true, rule: { ...rule, interval: writeInterval(read.seconds) } }
    }
    case 'cron': {
      const canonical = canonicalCron(rule.expression)
      return canonical.ok ? { ok: true, rule: { kind: 'cron', expression: canonical.expression } } : canonical
    }
    case 'calendar': {
      const parsed = parseCalendarRule(rule.rrule, rule.times)
      return parsed.ok ? { ok: true, rule: { kind: 'calendar', ...writeCalendarRule(parsed.calendar) } } : parsed
    }
  }
}

/** Checks a rule and brings it into the form in which it is stored. Wall times are read in the zone, which must exist. */
export const canonicalRule = (rule: Rule, zone: string): Canonical => {
  if (rule.kind !== 'any') return single(rule, zone)
  const each = rule.rules.map((part) => single(part, zone))
  const reasons = each.flatMap((result, index) =>
    result.ok
      ? []
      : result.reasons.map((reason) => ({
          ...reason,
          path: (reason.path ?? '/rule').replace('/rule', `/rule/rules/${index}`),
        })),
  )
  if (reasons.length > 0) return { ok: false, reasons }
  const rules = each.flatMap((result) => (result.ok ? [result.rule] : []))
  const texts = rules.map((part) => JSON.stringify(part))
  const twice = texts.findIndex((text, index) => texts.indexOf(text) !== index)
  if (twice >= 0) return problem('same-rule-twice', 'The same rule stands there twice.', `/rule/rules/${twice}`)
  return { ok: true, rule: { kind: 'any', rules } }
}
