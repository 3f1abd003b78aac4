import { type Asset, mayBeReserved, mayStart } from '../assets/asset.ts'
import { isOpenThroughout, openSpans } from '../assets/opening-hours.ts'
import { footprint, type Holder, judgeActivation, judgeBooking, mostClaimsPerDay } from '../reservations/ledger.ts'
import { dayMs, instantOf, minutes } from '../time.ts'
import { roleAllows } from '../workspaces/workspace.ts'
import { wallAt } from '../zone.ts'
import type { Ask, Part } from './ask.ts'
import { personLimits, personRules } from './person-rules.ts'
import { type Violation, violation } from './violation.ts'
import { workRules } from './work-rules.ts'

const shown = 10

/** Who is in the way, for the facts of a violation. */
export const heldBy = (holders: readonly Holder[]) =>
  holders.slice(0, shown).map((holder) => ({
    reservationId: holder.reservationId,
    by: holder.by ?? holder.reservationId,
    start: instantOf(holder.startMs),
    end: instantOf(holder.endMs),
    units: holder.units,
    inUse: holder.open,
  }))

/** What is wrong with the asset itself, whatever the time. */
const fitness = ({ operation }: Ask, { path, assetId, units, asset }: Part): Violation[] => {
  if (!asset)
    return [
      violation('unknown-asset', `There is no asset ${assetId} in this workspace.`, {
        path: `${path}/assetId`,
        facts: { assetId },
      }),
    ]
  const may =
    operation === 'start' ? mayStart : operation === 'block' ? (of: Asset) => of.status !== 'retired' : mayBeReserved
  const found: Violation[] = []
  if (asset.emergencyStop && operation === 'start')
    found.push(
      violation(
        'asset-unavailable',
        `"${asset.name}" is in emergency stop since ${asset.emergencyStop.since} (${asset.emergencyStop.by}: ${asset.emergencyStop.note}).`,
        { path: `${path}/assetId`, facts: { assetId, status: 'emergency-stop' } },
      ),
    )
  else if (!may(asset))
    found.push(
      violation(
        'asset-unavailable',
        `"${asset.name}" is ${asset.status}${asset.statusNote ? ` (${asset.statusNote})` : ''}.`,
        {
          path: `${path}/assetId`,
          facts: { assetId, status: asset.status, ...(asset.statusAt !== undefined && { since: asset.statusAt }) },
        },
      ),
    )
  if (units > asset.capacity)
    found.push(
      violation('above-capacity', `"${asset.name}" has ${asset.capacity} unit(s); ${units} never fit.`, {
        path: `${path}/units`,
        facts: { assetId, capacity: asset.capacity },
      }),
    )
  return found
}

/** Whether a reservation asks for no more than it has: this time, or a part of it, on as many units. */
const isOwned = (
  { span, own }: Pick<Ask, 'span' | 'own'>,
  { assetId, units }: Pick<Part, 'assetId' | 'units'>,
): boolean =>
  own !== undefined &&
  own.span.startMs <= span.startMs &&
  span.endMs <= own.span.endMs &&
  own.assets.some((asset) => asset.assetId === assetId && asset.units >= units)

/** Whether somebody else holds it, or is too close; and whether the day takes any more. */
const occupation = (
  { operation, span, nowMs, setup, own }: Ask,
  { path, assetId, units, asset, terms, ledger }: Part,
): Violation[] => {
  if (!asset || units > asset.capacity) return []
  const has = isOwned({ span, own }, { assetId, units })
  if (has && operation !== 'start') return []
  const judge = operation === 'start' ? judgeActivation : judgeBooking
  // Beginning to use what one has: nobody else may be at it, whatever else stands there.
  const verdict = judge(has ? { ...ledger, days: [] } : ledger, asset.capacity, { ...span, units, setup }, nowMs, {
    spacing: terms,
    own: own?.id,
  })
  const full = ledger.days.filter(
    ({ day, claims }) =>
      Object.keys(claims).length >= mostClaimsPerDay && footprint(span).includes(day) && !(own && own.id in claims),
  )
  const found: Violation[] = []
  if (operation !== 'start' && full.length > 0)
    found.push(
      violation(
        'day-full',
        `"${asset.name}" has ${mostClaimsPerDay} reservations on ${full.map(({ day }) => day).join(', ')} (UTC); a day takes no more. Book longer pieces, or another day.`,
        { path, facts: { assetId, days: full.map(({ day }) => day) } },
      ),
    )
  if (verdict.free) return found
  const nextFreeAt = instantOf(verdict.nextFreeMs)
  const names = [...new Set(verdict.holders.map((holder) => holder.by ?? holder.reservationId))]
    .slice(0, shown)
    .join(', ')
  const facts = { assetId, nextFreeAt, heldBy: heldBy(verdict.holders) }
  found.push(
    verdict.because === 'close'
      ? violation(
          'too-close',
          `"${asset.name}" needs time between this and its neighbours (${names}), for buffers and changeover; free next at ${nextFreeAt}, as far as planned.`,
          { path, facts },
        )
      : violation('asset-busy', `"${asset.name}" is held by ${names}; free next at ${nextFreeAt}, as far as planned.`, {
          path,
          facts,
        }),
  )
  return found
}

const lookAheadMs = 14 * dayMs

const opening = (ask: Ask, { path, assetId, units, asset, terms: { openingHours } }: Part): Violation[] => {
  const { operation, span } = ask
  if (operation === 'change' && isOwned(ask, { assetId, units })) return []
  if (!asset || !openingHours || operation === 'block') return []
  if ((operation === 'start' || operation === 'hold') && openingHours.unattended) return []
  if (span.endMs <= span.startMs || isOpenThroughout(openingHours, span)) return []
  const next = openSpans(openingHours, { startMs: span.startMs, endMs: span.startMs + lookAheadMs })
    .slice(0, 3)
    .map(({ startMs, endMs }) => ({ start: instantOf(startMs), end: instantOf(endMs) }))
  const [first] = next
  return [
    violation(
      'closed',
      `"${asset.name}" is not open all of that time${first ? `; open from ${first.start} to ${first.end}` : ''} (${openingHours.timeZone}).`,
      { path, facts: { assetId, timeZone: openingHours.timeZone, open: next } },
    ),
  ]
}

/** How people may book it. */
const bookingRules = (
  { operation, span, nowMs, own, role }: Ask,
  { path, assetId, asset, terms }: Part,
): Violation[] => {
  if (!asset || (operation !== 'book' && operation !== 'change')) return []
  const { rules, openingHours } = terms
  const { name } = asset
  const lengthMs = span.endMs - span.startMs
  const moved = own === undefined || own.span.startMs !== span.startMs
  const found: Violation[] = []
  const add = (code: Parameters<typeof violation>[0], message: string, limit: number) =>
    found.push(violation(code, message, { path, facts: { assetId, limit } }))
  const { minimumMinutes: least, maximumMinutes: most, granularityMinutes: grid } = rules
  if (least !== undefined && lengthMs > 0 && lengthMs < minutes(least))
    add('too-short', `"${name}" is booked for ${least} minutes at least.`, least)
  if (most !== undefined && lengthMs > minutes(most))
    add('too-long', `"${name}" is booked for ${most} minutes at most.`, most)
  const zone = openingHours?.timeZone ?? 'UTC'
  const off = (ms: number) => grid !== undefined && (((wallAt(zone, ms) % dayMs) + dayMs) % dayMs) % minutes(grid) !== 0
  if (grid !== undefined && ((moved && off(span.startMs)) || off(span.endMs)))
    add('off-grid', `"${name}" is booked in steps of ${grid} minutes from midnight (${zone}).`, grid)
  if (moved && rules.noticeMinutes !== undefined && span.startMs < nowMs + minutes(rules.noticeMinutes))
    add('short-notice', `"${name}" is booked ${rules.noticeMinutes} minutes ahead at least.`, rules.noticeMinutes)
  if (moved && rules.openAheadDays !== undefined && span.startMs > nowMs + rules.openAheadDays * dayMs)
    add('too-early', `"${name}" can be booked ${rules.openAheadDays} days ahead at most.`, rules.openAheadDays)
  const { bookableBy } = rules
  if (operation === 'book' && bookableBy !== undefined && (role === undefined || !roleAllows(role, bookableBy)))
    found.push(
      violation('needs-approval', `A ${bookableBy} must confirm a booking of "${name}".`, {
        path,
        facts: { assetId, role: bookableBy },
        overridableBy: bookableBy,
      }),
    )
  return found
}

/** Every rule about one asset that the request breaks. */
export const assetRules = (ask: Ask, part: Part): Violation[] => [
  ...fitness(ask, part),
  ...occupation(ask, part),
  ...opening(ask, part),
  ...(ask.operation === 'change' && isOwned(ask, part)
    ? []
    : [...personRules(ask, part), ...personLimits(ask, part), ...workRules(ask, part)]),
  ...bookingRules(ask, part),
]
