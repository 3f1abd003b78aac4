import type { Deadline } from '#application/common/deadline.ts'

/** The gateway waits half a minute; what is not done by then is gone on with when it is asked for again. */
const mostMs = 20_000

/** A deadline that begins now. */
export const inTime = (): Deadline => {
  const endsAt = performance.now() + mostMs
  return () => performance.now() > endsAt
}
