import * as z from 'zod'
import type { Span } from '../assets/opening-hours.ts'
import type { Reason } from '../errors.ts'
import { type AssetId, orderIdSchema } from '../ids.ts'
import { periodAt } from '../period.ts'
import { instantOf, minutes } from '../time.ts'
import { isZone } from '../zone.ts'

const gap = z.int().min(0).max(10_080)

/** An order that must follow another. */
export const followsSchema = z
  .strictObject({
    orderId: orderIdSchema,
    minMinutes: gap.default(0).meta({ description: 'It begins at least so long after the end of the other' }),
    maxMinutes: gap.optional().meta({ description: 'And at most so long after it' }),
    from: z
      .literal('start')
      .optional()
      .meta({ description: 'Both count from the start of the other: a visit while it is under way' }),
    sameDay: z
      .boolean()
      .optional()
      .meta({ description: 'Within the day on which the other ends, by the clocks of `timeZone`' }),
    timeZone: z
      .string()
      .max(50)
      .refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' })
      .optional(),
    otherAssets: z
      .boolean()
      .optional()
      .meta({ description: 'On none of the assets of the other: by another person, on another instrument' }),
  })
  .refine(({ minMinutes, maxMinutes = minMinutes }) => minMinutes <= maxMinutes, {
    error: '`maxMinutes` must not be less than `minMinutes`',
  })
  .refine(({ sameDay, timeZone }) => (sameDay ?? false) === (timeZone !== undefined), {
    error: '`sameDay` needs a `timeZone`, which says where days begin; nothing else does',
    path: ['timeZone'],
  })
export type Follows = z.output<typeof followsSchema>

/** Where an order stands, or is to stand. */
export type Place = Span & { readonly assetIds: readonly AssetId[] }

/** What one of two that belong together may do, by where the other stands. */
export type Leeway = {
  /** Earliest start. */
  readonly notBefore?: number | undefined
  /** Latest end. */
  readonly notAfter?: number | undefined
  /** Assets that it must not use. */
  readonly without: readonly AssetId[]
}

/** Whether it rests on more than times between the two: the planner's core knows nothing else. */
export const isParticular = ({ sameDay, otherAssets, from }: Follows): boolean =>
  sameDay === true || otherAssets === true || from === 'start'

/** What the times between the two count from. */
const countsFrom = ({ from }: Follows, other: Place): number => (from === 'start' ? other.startMs : other.endMs)

/** What a companion may do where the one that it follows stands. What ends at midnight ends on the day before. */
export const leewayAfter = (follows: Follows, durationMinutes: number, other: Place): Leeway => {
  const { minMinutes, maxMinutes, timeZone, otherAssets } = follows
  const day = timeZone === undefined ? undefined : periodAt('day', timeZone, other.endMs - 1)
  const fromMs = countsFrom(follows, other)
  const latest = [
    ...(maxMinutes === undefined ? [] : [fromMs + minutes(maxMinutes + durationMinutes)]),
    ...(day ? [day.endMs] : []),
  ]
  return {
    notBefore: Math.max(fromMs + minutes(minMinutes), day?.startMs ?? Number.NEGATIVE_INFINITY),
    ...(latest.length > 0 && { notAfter: Math.min(...latest) }),
    without: otherAssets ? other.assetIds : [],
  }
}

/** What an order may do where its companion stands and stays. */
export const leewayBefore = (follows: Follows, durationMinutes: number, companion: Place): Leeway => {
  const { minMinutes, maxMinutes, timeZone, otherAssets, from } = follows
  const day = timeZone === undefined ? undefined : periodAt('day', timeZone, companion.startMs)
  /** Of what the times count from: when it ends, if it is that itself. */
  const endOf = (ms: number): number => (from === 'start' ? ms + minutes(durationMinutes) : ms)
  const earliestEnd = [
    ...(maxMinutes === undefined ? [] : [endOf(companion.startMs - minutes(maxMinutes))]),
    ...(day ? [day.startMs + 1] : []),
  ]
  return {
    ...(earliestEnd.length > 0 && { notBefore: Math.max(...earliestEnd) - minutes(durationMinutes) }),
    notAfter: Math.min(endOf(companion.startMs - minutes(minMinutes)), day?.endMs ?? Number.POSITIVE_INFINITY),
    without: otherAssets ? companion.assetIds : [],
  }
}

export const bothLeeways = (a: Leeway, b: Leeway): Leeway => {
  const [notBefore, notAfter] = [
    Math.max(a.notBefore ?? Number.NEGATIVE_INFINITY, b.notBefore ?? Number.NEGATIVE_INFINITY),
    Math.min(a.notAfter ?? Number.POSITIVE_INFINITY, b.notAfter ?? Number.POSITIVE_INFINITY),
  ]
  return {
    ...(notBefore > Number.NEGATIVE_INFINITY && { notBefore }),
    ...(notAfter < Number.POSITIVE_INFINITY && { notAfter }),
    without: [...a.without, ...b.without],
  }
}

export const isWithin = ({ notBefore, notAfter, without }: Leeway, place: Place): boolean =>
  place.startMs >= (notBefore ?? place.startMs) &&
  place.endMs <= (notAfter ?? place.endMs) &&
  !place.assetIds.some((id) => without.includes(id))

/** Why two orders cannot stand where they do, one following the other; nothing where they can. */
export const companionReasons = (follows: Follows, companion: Place, other: Place): Reason[] => {
  const { orderId, minMinutes, maxMinutes, timeZone, otherAssets, from } = follows
  const gapMs = companion.startMs - countsFrom(follows, other)
  const ends = `order ${orderId}, which ends at ${instantOf(other.endMs)}`
  const counted = from === 'start' ? `the start of order ${orderId} at ${instantOf(other.startMs)}` : ends
  const day = timeZone === undefined ? undefined : periodAt('day', timeZone, other.endMs - 1)
  const shared = otherAssets ? companion.assetIds.filter((id) => other.assetIds.includes(id)) : []
  const found: [boolean, string, string, string][] = [
    [
      gapMs < minutes(minMinutes),
      'too-soon-after',
      `it must start ${minMinutes} minutes after ${counted}, or later`,
      '/start',
    ],
    [
      maxMinutes !== undefined && gapMs > minutes(maxMinutes),
      'too-late-after',
      `it must start at most ${maxMinutes} minutes after ${counted}`,
      '/start',
    ],
    [
      day !== undefined && (companion.startMs < day.startMs || companion.endMs > day.endMs),
      'other-day',
      `it must lie on the day of ${ends}, by the clocks of ${timeZone}`,
      '/start',
    ],
    [shared.length > 0, 'same-assets', `${shared.join(' and ')} is used by ${ends}; it needs others`, '/assets'],
  ]
  return found.flatMap(([wrong, code, message, path]) => (wrong ? [{ code, message, path }] : []))
}

/** What binds an order to one that it follows, for whoever asks why there is no room for it. */
export const tellBond = (follows: Follows, name: string, other: Place): string => {
  const { sameDay, timeZone, otherAssets, minMinutes, maxMinutes, from } = follows
  const times = maxMinutes === undefined ? `${minMinutes} minutes or more` : `${minMinutes} to ${maxMinutes} minutes`
  const within = from === 'start' ? `, ${times} after its start at ${instantOf(other.startMs)}` : ''
  const after = from !== 'start' && maxMinutes !== undefined ? `, within ${maxMinutes} minutes` : ''
  return `It follows ${name}, which ends at ${instantOf(other.endMs)}${within}${after}${sameDay ? `, on the same day (${timeZone})` : ''}${otherAssets ? ', on other assets' : ''}.`
}
