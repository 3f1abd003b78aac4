import type { AccountId, Entry } from '../reservations/account.ts'
import { entriesOf } from '../reservations/account.ts'
import { hours, instantOf } from '../time.ts'
import type { Ask } from './ask.ts'
import { askedOf, periodOf, type Quota, useOf } from './quota.ts'
import { type Violation, violation } from './violation.ts'

const rounded = (n: number): number => Math.round(n * 100) / 100

const entriesFor = ({ use, nowMs, own }: Ask, account: AccountId): Entry[] =>
  entriesOf(
    use.find((known) => known.account === account),
    nowMs,
    own?.id,
  )

/** The limits of each asset on what one person has booked of it. */
const limits = (ask: Ask): Violation[] => {
  const { subject, span, nowMs, operation, parts } = ask
  if (subject === undefined || (operation !== 'book' && operation !== 'change')) return []
  const mine = entriesFor(ask, `person:${subject}`)
  return parts.flatMap(({ asset, assetId, path, terms: { rules, openingHours } }) => {
    if (!asset) return []
    const here = mine.filter(({ assetIds }) => assetIds.includes(assetId))
    const open = here.filter(({ endMs }) => endMs > nowMs)
    const week = { unit: 'hours', per: 'week', timeZone: openingHours?.timeZone ?? 'UTC' } as const
    const used = useOf(week, here, span.startMs, () => true)
    const asked = askedOf('hours', span)
    const found: Violation[] = []
    if (operation === 'book' && rules.maxOpenBookings !== undefined && open.length >= rules.maxOpenBookings)
      found.push(
        violation(
          'too-many-open',
          `${subject} has ${open.length} booking(s) of "${asset.name}" that are not over; ${rules.maxOpenBookings} are allowed.`,
          { path, facts: { assetId, limit: rules.maxOpenBookings, used: open.length } },
        ),
      )
    if (rules.maxHoursPerWeek !== undefined && used + asked > rules.maxHoursPerWeek)
      found.push(
        violation(
          'week-used-up',
          `${subject} has booked ${rounded(used)} h of "${asset.name}" in that week; with ${rounded(asked)} h more it is beyond ${rules.maxHoursPerWeek} h.`,
          { path, facts: { assetId, limit: rules.maxHoursPerWeek, used: rounded(used), asked: rounded(asked) } },
        ),
      )
    return found
  })
}

/** The accounts of the request that a quota counts. */
export const accountsOfQuota = ({ of, who }: Pick<Quota, 'of' | 'who'>, accounts: readonly AccountId[]): AccountId[] =>
  accounts.filter((account) => account.startsWith(`${of}:`) && (who === undefined || account === `${of}:${who}`))

/** Whether a quota is about assets of the request. */
export const isAbout = (quota: Pick<Quota, 'assetIds' | 'typeId'>, { parts }: Pick<Ask, 'parts'>): boolean =>
  quota.assetIds !== undefined
    ? parts.some(({ assetId }) => quota.assetIds?.includes(assetId))
    : quota.typeId === undefined || parts.some(({ asset }) => asset?.typeId === quota.typeId)

const quotas = (ask: Ask): Violation[] => {
  const { span, operation } = ask
  if (operation !== 'book' && operation !== 'change') return []
  return ask.quotas
    .filter((quota) => isAbout(quota, ask))
    .flatMap((quota) =>
      accountsOfQuota(quota, ask.accounts).flatMap((account) => {
        const ofType = quota.typeId === undefined ? undefined : ask.typedAssets?.[quota.typeId]
        const counts = ({ assetIds }: Entry): boolean =>
          quota.assetIds !== undefined
            ? assetIds.some((id) => quota.assetIds?.includes(id))
            : quota.typeId === undefined || assetIds.some((id) => ofType?.includes(id))
        const used = useOf(quota, entriesFor(ask, account), span.startMs, counts)
        const asked = askedOf(quota.unit, span)
        if (used + asked <= quota.limit) return []
        const { endMs } = periodOf(quota, span.startMs)
        const renewed = quota.halfLifeDays === undefined ? ` It is renewed at ${instantOf(endMs)}.` : ''
        const within = quota.halfLifeDays === undefined ? `per ${quota.per}` : 'as fair share'
        return [
          violation(
            'quota-exceeded',
            `Quota "${quota.name}": ${account} has used ${rounded(used)} of ${quota.limit} ${quota.unit} ${within}; ${rounded(asked)} more are too many.${renewed}`,
            {
              facts: {
                quotaId: quota.id,
                account,
                limit: quota.limit,
                used: rounded(used),
                asked: rounded(asked),
                unit: quota.unit,
                ...(quota.halfLifeDays === undefined && { renewedAt: instantOf(endMs) }),
              },
            },
          ),
        ]
      }),
    )
}

/** Limits and quotas that the request goes beyond. */
export const accountRules = (ask: Ask): Violation[] => [...limits(ask), ...quotas(ask)]

/** The span of time whose bookings must be known to judge limits and quotas, and nothing where there are none. */
export const accountSpan = (ask: Pick<Ask, 'parts' | 'quotas' | 'span' | 'nowMs' | 'horizonMs'>) => {
  const { parts, quotas: all, span, nowMs, horizonMs } = ask
  const spans = all.filter((quota) => isAbout(quota, ask)).map((quota) => periodOf(quota, span.startMs))
  if (parts.some(({ terms: { rules } }) => rules.maxHoursPerWeek !== undefined))
    spans.push({ startMs: span.startMs - hours(8 * 24), endMs: span.startMs + hours(8 * 24) })
  if (parts.some(({ terms: { rules } }) => rules.maxOpenBookings !== undefined))
    spans.push({ startMs: nowMs - hours(24 * 31), endMs: nowMs + horizonMs })
  if (spans.length === 0) return undefined
  return {
    startMs: Math.min(...spans.map(({ startMs }) => startMs)),
    endMs: Math.max(...spans.map(({ endMs }) => endMs)),
  }
}
