import { weekdayOf } from '../assets/opening-hours.ts'
import type { Day } from '../time.ts'
import type { DutyException, Holder, Rotation } from './rotation.ts'

/** There is one exception for a date and a duty. */
export const exceptionIdOf = (day: Day, duty: string): string => `${day}_${duty}`

/** Who has a duty on a date: whom an exception names for it, else whom the rotation names for its weekday. */
export const holderOn = (
  { duties }: Pick<Rotation, 'duties'>,
  exceptions: readonly DutyException[],
  duty: string,
  day: Day,
): Holder => {
  const standing = duties.find((one) => one.duty === duty)
  if (!standing) return { because: 'no-such-duty' }
  const weekday = weekdayOf(day)
  const usual = standing.week[weekday]
  const exception = exceptions.find((one) => one.date === day && one.duty === duty)
  if (exception) {
    const { assetId, reason, updatedBy: by } = exception
    return {
      because: 'exception',
      reason,
      by,
      ...(assetId !== undefined && { assetId }),
      ...(usual !== undefined && { standing: usual }),
    }
  }
  return usual === undefined ? { because: 'nobody', weekday } : { because: 'rotation', assetId: usual, weekday }
}
