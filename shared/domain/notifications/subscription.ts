import * as z from 'zod'
import { assetIdSchema, contactIdSchema, scheduleIdSchema, subscriptionIdSchema, workspaceIdSchema } from '../ids.ts'
import { instantSchema, minutes } from '../time.ts'
import { instantAt, wallAt } from '../zone.ts'
import {
  eventNames,
  type NotificationEvent,
  notificationEvents,
  type Severity,
  severities,
  severityOrder,
} from './events.ts'

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM')
  .meta({ examples: ['22:00'] })

export const quietHoursSchema = z
  .strictObject({
    from: clock,
    to: clock,
    timeZone: z.string().max(50),
    /** What comes in quiet hours is told when they are over, in one message. Errors are told at once unless they may wait, too. */
    errorsToo: z.boolean().default(false),
  })
  .refine(({ from, to }) => from !== to, { error: 'from and to must differ' })
  .meta({ id: 'QuietHours', description: 'Hours of each day in which it is left in peace; they may span midnight' })
export type QuietHours = z.output<typeof quietHoursSchema>

export const subscriptionSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: subscriptionIdSchema,
    contactId: contactIdSchema,
    events: z.array(z.enum(eventNames)).min(1).max(eventNames.length),
    /** Only what is about one of these; about anything, where both are left out. */
    scheduleIds: z.array(scheduleIdSchema).min(1).max(50).optional(),
    assetIds: z.array(assetIdSchema).min(1).max(50).optional(),
    minimumSeverity: z.enum(Object.keys(severities) as [Severity, ...Severity[]]).default('info'),
    quietHours: quietHoursSchema.optional(),
    digest: z.enum(['none', 'hourly', 'daily']).default('none').meta({
      description: 'Collected and told in one message; errors are told at once all the same',
    }),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Subscription', description: 'What a contact is notified of, and when it is left in peace' })
export type Subscription = z.output<typeof subscriptionSchema>

/** Something that happened, as far as it matters whom it concerns. */
export type News = {
  readonly event: NotificationEvent
  readonly severity: Severity
  readonly scheduleId?: string | undefined
  readonly assetIds: readonly string[]
}

export const severityOf = (event: NotificationEvent): Severity => notificationEvents[event].severity

export const isWanted = (subscription: Subscription, news: News): boolean => {
  const { events, scheduleIds, assetIds, minimumSeverity } = subscription
  if (!events.includes(news.event)) return false
  if (severityOrder.indexOf(news.severity) < severityOrder.indexOf(minimumSeverity)) return false
  if (!scheduleIds && !assetIds) return true
  return (
    (news.scheduleId !== undefined && (scheduleIds ?? []).some((id) => id === news.scheduleId)) ||
    news.assetIds.some((assetId) => (assetIds ?? []).some((id) => id === assetId))
  )
}

const dayMinutes = 24 * 60
const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** When quiet hours that are on at a moment are over; undefined where they are not. */
export const quietUntil = ({ from, to, timeZone }: QuietHours, nowMs: number): number | undefined => {
  const wall = wallAt(timeZone, nowMs)
  const midnight = Math.floor(wall / minutes(dayMinutes)) * minutes(dayMinutes)
  const now = Math.floor((wall - midnight) / 60_000)
  const [begin, end] = [minuteOf(from), minuteOf(to)]
  const quiet = begin < end ? now >= begin && now < end : now >= begin || now < end
  if (!quiet) return undefined
  const day = begin < end || now < end ? midnight : midnight + minutes(dayMinutes)
  return instantAt(timeZone, day + minutes(end))
}

/** When news is told, and whether with other news in one message: now, when it is no longer quiet, or with the next digest. */
export const tellAt = (
  { quietHours, digest }: Subscription,
  news: News,
  nowMs: number,
): { readonly atMs: number; readonly digest: boolean } => {
  const urgent = news.severity === 'error'
  const quiet = quietHours && (!urgent || quietHours.errorsToo) ? quietUntil(quietHours, nowMs) : undefined
  const collected = urgent || digest === 'none' ? undefined : nextDigest(digest, nowMs)
  if (quiet === undefined && collected === undefined) return { atMs: nowMs, digest: false }
  return { atMs: Math.max(quiet ?? 0, collected ?? 0), digest: true }
}

/** On the hour, or at seven in the morning UTC. */
const nextDigest = (digest: 'hourly' | 'daily', nowMs: number): number => {
  const hour = 3_600_000
  if (digest === 'hourly') return Math.floor(nowMs / hour) * hour + hour
  const seven = Math.floor(nowMs / (24 * hour)) * 24 * hour + 7 * hour
  return seven > nowMs ? seven : seven + 24 * hour
}
