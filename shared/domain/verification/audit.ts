import { fingerprint } from '../fingerprint.ts'
import { holderUnavailable, rotationGap } from './duty-rules.ts'
import type { Facts, Rules } from './facts.ts'
import { approvalWaiting, brokenCompanion, urgentOrder } from './order-rules.ts'
import { bookedWhileAbsent, tooMuchWork } from './people-rules.ts'
import { qualification } from './qualification-rule.ts'
import { failedWork, openConflict } from './trouble-rules.ts'
import { type Finding, type FindingCode, findingCodes, severityOrder } from './verification.ts'

export const auditRules: Rules = {
  'rotation-gap': rotationGap,
  'holder-unavailable': holderUnavailable,
  'booked-while-absent': bookedWhileAbsent,
  'urgent-order': urgentOrder,
  'open-conflict': openConflict,
  'broken-companion': brokenCompanion,
  qualification,
  'too-much-work': tooMuchWork,
  'approval-waiting': approvalWaiting,
  'failed-work': failedWork,
}

const codes = Object.keys(findingCodes) as FindingCode[]
const longestMessage = 400

/** The worst first, then the nearest day, then by the order of the rules. */
const compared = (a: Finding, b: Finding): number =>
  severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity) ||
  (a.date ?? '').localeCompare(b.date ?? '') ||
  codes.indexOf(a.code) - codes.indexOf(b.code) ||
  (a.fingerprint < b.fingerprint ? -1 : 1)

/** Everything that the rules find, each cause once. */
export const findingsOf = (facts: Facts): Finding[] => {
  const found = new Map<string, Finding>()
  for (const code of codes)
    for (const { severity, message, about, date, key } of auditRules[code](facts)) {
      const print = fingerprint([code, ...key])
      found.set(print, {
        code,
        severity,
        message: message.slice(0, longestMessage),
        about: about.slice(0, 5),
        ...(date !== undefined && { date }),
        fingerprint: print,
        status: 'open',
      })
    }
  return [...found.values()].toSorted(compared)
}
