import { localDay } from '../people/presence.ts'
import { dayMs, msOf } from '../time.ts'
import { localTime } from '../zone.ts'
import { type Found, nameOf, type Rule } from './facts.ts'
import type { FindingSeverity } from './verification.ts'

/** So long ago something may have failed to be told of. */
export const failedDays = 7

const asBad: Record<'error' | 'warning' | 'info', FindingSeverity> = {
  error: 'critical',
  warning: 'warning',
  info: 'info',
}

export const openConflict: Rule = (facts) =>
  facts.conflicts.flatMap(({ id, status, severity, type, message, assetId, start, end }): Found[] => {
    if (status !== 'open' || msOf(end) <= facts.nowMs || msOf(start) >= facts.span.endMs) return []
    return [
      {
        severity: asBad[severity],
        message: `${nameOf(facts, assetId)}, ${localTime(facts.timeZone, msOf(start))}: ${message}`,
        about: [id, assetId],
        date: localDay(facts.timeZone, Math.max(facts.nowMs, msOf(start))),
        key: [id, type, severity],
      },
    ]
  })

/** A slot that failed and whose order waits again; and what nobody may run before somebody has looked. */
export const failedWork: Rule = ({ slots, orders, recoveries, nowMs, timeZone }) => {
  const failed = slots.flatMap(({ id, orderId, status, start, reason }): Found[] => {
    const order = orders.get(orderId)
    if (status !== 'failed' || msOf(start) < nowMs - failedDays * dayMs) return []
    if (order?.status !== 'new' && order?.status !== 'deferred') return []
    return [
      {
        severity: 'warning',
        message: `"${order.name}" failed at ${localTime(timeZone, msOf(start))} and waits again${reason === undefined ? '.' : `: ${reason}`}`,
        about: [id, orderId],
        date: localDay(timeZone, msOf(start)),
        key: [id],
      },
    ]
  })
  const held = recoveries.map(
    ({ id, note, since, runId, assetIds }): Found => ({
      severity: 'warning',
      message: `Somebody must look before it runs again, since ${localTime(timeZone, msOf(since))}: ${note}`,
      about: [id, ...(runId ? [runId] : []), ...assetIds],
      date: localDay(timeZone, msOf(since)),
      key: [id],
    }),
  )
  return [...failed, ...held]
}
