import { msOf } from '#domain/time.ts'

/** A moment in milliseconds, on a whole second: EventBridge Scheduler tells none between. */
export const wholeSeconds = (instant: string): number => Math.floor(msOf(instant) / 1000) * 1000
