import { weekdayOf } from '../assets/opening-hours.ts'
import { type DutyWarning, warningsOf } from '../rotations/warnings.ts'
import { type Day, dayMs } from '../time.ts'
import type { Facts, Found, Rule } from './facts.ts'
import type { FindingSeverity } from './verification.ts'

const daysUntil = (today: Day, day: Day): number =>
  Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / dayMs)

/** The nearer the day, the worse. */
const severityOn = (today: Day, day: Day): FindingSeverity => {
  const days = daysUntil(today, day)
  return days <= 1 ? 'critical' : days <= 7 ? 'warning' : 'info'
}

const warnings = ({ rotation, exceptions, assets, dutyDays, hoursOf }: Facts): DutyWarning[] =>
  warningsOf(rotation, exceptions, assets, dutyDays, hoursOf)

/**
 * One finding for a duty and a weekday, told of the next such day: a laboratory that nobody needs on Sundays resolves that once,
 * not every week.
 */
export const rotationGap: Rule = (facts) => {
  const seen = new Set<string>()
  return warnings(facts).flatMap(({ code, duty, date, message }): Found[] => {
    const key = [duty, weekdayOf(date)]
    if (code !== 'gap' || seen.has(key.join())) return []
    seen.add(key.join())
    return [{ severity: severityOn(facts.today, date), message, about: [], date, key }]
  })
}

export const holderUnavailable: Rule = (facts) =>
  warnings(facts).flatMap(({ code, duty, date, assetId, message }): Found[] => {
    if (code === 'gap' || assetId === undefined) return []
    const name = facts.rotation.duties.find((one) => one.duty === duty)?.name ?? duty
    const severity = severityOn(facts.today, date)
    return [
      {
        severity,
        message: `"${name}" on ${date}: ${message}`,
        about: [assetId],
        date,
        key: [duty, date, assetId, code, severity],
      },
    ]
  })
