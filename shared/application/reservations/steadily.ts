import { standing } from '#domain/rules/judge.ts'
import type { RuleCode } from '#domain/rules/violation.ts'
import type { Judged } from './read-ask.ts'

/** Rules that what others do can break and mend again. */
const changing: ReadonlySet<RuleCode> = new Set([
  'above-capacity',
  'asset-unavailable',
  'asset-busy',
  'too-close',
  'day-full',
  'too-many-open',
  'week-used-up',
  'quota-exceeded',
])

const factsOf = ({ ask }: Judged): string =>
  JSON.stringify([ask.parts.map(({ asset, ledger }) => [asset?.version, ledger]), ask.use])

const tries = 5

/**
 * Several items are not read at one moment, so what refuses a request may never have been so all at once: one holder gone
 * before the next came. What succeeds is checked by its transaction; what is refused is read again until two readings agree,
 * and so was true at a moment between them.
 */
export const steadily = async (read: () => Promise<Judged>): Promise<Judged> => {
  let judged = await read()
  for (let n = 0; n < tries && standing(judged.violations).some(({ code }) => changing.has(code)); n++) {
    const again = await read()
    if (factsOf(again) === factsOf(judged)) return again
    judged = again
  }
  return judged
}
