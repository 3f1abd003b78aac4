import { msOf } from '../time.ts'
import { localTime } from '../zone.ts'
import { type Finding, type FindingSeverity, severityOrder, type Verification } from './verification.ts'

type Told = Pick<Verification, 'date' | 'timeZone' | 'at' | 'counts' | 'resolved' | 'findings' | 'more'>

/** `2 critical, 1 warning`; what there is none of is left out. */
export const countsInWords = ({ counts, resolved }: Pick<Told, 'counts' | 'resolved'>): string => {
  const open = severityOrder.flatMap((severity) => (counts[severity] > 0 ? [`${counts[severity]} ${severity}`] : []))
  return [open.length > 0 ? open.join(', ') : 'nothing open', ...(resolved > 0 ? [`${resolved} resolved`] : [])].join(
    '; ',
  )
}

/** The worst severity of what is open. */
export const worstOf = ({ counts }: Pick<Told, 'counts'>): FindingSeverity | undefined =>
  severityOrder.find((severity) => counts[severity] > 0)

const line = ({ message, resolution }: Finding): string => {
  if (!resolution) return `- ${message}`
  const { by, note, before } = resolution
  return `- ${message}\n  ${before ? 'resolved before' : 'resolved'} by ${by}: ${note}`
}

/** A report as people read it. */
export const textOf = (report: Told): string => {
  const { date, timeZone, at, findings, more } = report
  const section = (title: string, of: readonly Finding[]): string[] =>
    of.length === 0 ? [] : ['', title.toUpperCase(), ...of.map(line)]
  const open = findings.filter(({ status }) => status === 'open')
  return [
    `Verification of ${date}, made at ${localTime(timeZone, msOf(at))} (${timeZone}): ${countsInWords(report)}.`,
    ...severityOrder.flatMap((severity) =>
      section(
        severity,
        open.filter((one) => one.severity === severity),
      ),
    ),
    ...(more > 0 ? ['', `And ${more} more that are less urgent and are not kept.`] : []),
    ...section(
      'resolved',
      findings.filter(({ status }) => status === 'resolved'),
    ),
  ].join('\n')
}

const mostInDigest = 5
/** An entry of the history takes so long a note. */
const longestDigest = 1_000

/** The first of what is open, for a message. */
export const digestOf = (report: Told): string => {
  const open = report.findings.filter(({ status }) => status === 'open')
  const left = open.length + report.more - mostInDigest
  const lines = open.slice(0, mostInDigest).map(({ message }) => `- ${message.slice(0, 160)}`)
  return [`${countsInWords(report)}.`, ...lines, ...(left > 0 ? [`… and ${left} more.`] : [])]
    .join('\n')
    .slice(0, longestDigest)
}
