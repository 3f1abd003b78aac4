import type { Instant } from '../time.ts'
import { type Finding, mostFindings, type Verification } from './verification.ts'

/** So many of the findings that are kept may be resolved ones, so that open ones always find room. */
const mostResolved = 200

export type Content = Pick<Verification, 'counts' | 'resolved' | 'findings' | 'more'>

const countsOf = (open: readonly Finding[]): Verification['counts'] => {
  const counts = { critical: 0, warning: 0, info: 0 }
  for (const { severity } of open) counts[severity] += 1
  return counts
}

/**
 * What a report says of some findings, the worst first. What was resolved in the report before stays resolved as long as it is
 * found again; what is not found any more is gone.
 */
export const contentOf = (
  findings: readonly Finding[],
  before: Pick<Verification, 'id' | 'findings'> | undefined,
  id: Verification['id'],
): Content => {
  const resolutions = new Map((before?.findings ?? []).map((one) => [one.fingerprint, one.resolution]))
  const told = findings.map((finding): Finding => {
    const resolution = resolutions.get(finding.fingerprint)
    if (!resolution) return finding
    const earlier = before?.id !== id
    return { ...finding, status: 'resolved', resolution: { ...resolution, ...(earlier && { before: true }) } }
  })
  const open = told.filter(({ status }) => status === 'open')
  const resolved = told.filter(({ status }) => status === 'resolved').slice(0, mostResolved)
  const kept = open.slice(0, mostFindings - resolved.length)
  return {
    counts: countsOf(open),
    resolved: resolved.length,
    findings: [...kept, ...resolved],
    more: open.length - kept.length,
  }
}

/** The same report, one of its findings resolved; undefined where there is no such finding. */
export const withResolution = <R extends Content>(
  report: R,
  print: string,
  resolution: { readonly by: string; readonly at: Instant; readonly note: string },
): R | undefined => {
  const finding = report.findings.find(({ fingerprint }) => fingerprint === print)
  if (!finding) return undefined
  if (finding.status === 'resolved') return report
  const others = report.findings.filter((one) => one !== finding)
  return {
    ...report,
    counts: { ...report.counts, [finding.severity]: report.counts[finding.severity] - 1 },
    resolved: report.resolved + 1,
    findings: [
      ...others.filter(({ status }) => status === 'open'),
      { ...finding, status: 'resolved', resolution },
      ...others.filter(({ status }) => status === 'resolved'),
    ],
  }
}
