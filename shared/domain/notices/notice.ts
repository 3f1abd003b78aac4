import * as z from 'zod'
import { noticeIdSchema, workspaceIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

/** What people are told of by themselves. */
export const noticeEvents = {
  'conflict.detected': 'something in the calendar cannot be as it is',
  'reservation.approval-asked': 'a booking waits for somebody to confirm it',
  'reservation.confirmed': 'somebody confirmed a booking',
  'reservation.expired': 'a hold was not confirmed in time',
  'reservation.no-show': 'nobody checked in, so the time was given back',
  'reservation.cancelled': 'somebody else cancelled a booking',
  'reservation.moved': 'somebody else moved a booking',
  'reservation.transferred': 'a booking has a new owner',
  'reservation.overrun': 'what comes before lasts longer than planned',
  'waitlist.offered': 'time that was waited for is held',
  'outage.announced': 'an asset will be out of use',
} as const
export type NoticeEvent = keyof typeof noticeEvents

/** Everybody whose role is manager or more. */
export const managers = 'managers'

export const noticeSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: noticeIdSchema,
    to: z.string().meta({ description: 'A subject, or `managers`' }),
    event: z.enum(Object.keys(noticeEvents) as [NoticeEvent, ...NoticeEvent[]]),
    message: z.string(),
    /** Ids of what it is about. */
    about: z.array(z.string()),
    at: instantSchema,
    version: z.int().min(1),
  })
  .meta({ id: 'Notice', description: 'Something that somebody is told of' })
export type Notice = z.output<typeof noticeSchema>
