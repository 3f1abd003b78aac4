/** How often an `every` fires. Whole seconds, between a minute and a year. */
export type Interval =
  | { readonly ok: true; readonly seconds: number }
  | { readonly ok: false; readonly message: string }

const shortest = 60
const longest = 366 * 86_400

const spelled = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

const unitSeconds: Readonly<Record<string, number>> = { DAY: 86_400, HOUR: 3_600, MINUTE: 60, SECOND: 1 }

const bounded = (seconds: number, given: string): Interval => {
  if (seconds < shortest)
    return {
      ok: false,
      message: `${given} is ${seconds === 0 ? 'no time at all' : `${seconds} seconds`}; the shortest interval is a minute: PT1M, or 0.0167 hours.`,
    }
  if (seconds > longest)
    return { ok: false, message: `${given} is longer than a year; write a calendar rule with FREQ=YEARLY instead.` }
  return { ok: true, seconds }
}

/** An interval as it is written: an ISO-8601 duration of weeks, days, hours, minutes and seconds, `90 minutes`, or a number of hours. */
export const readInterval = (given: string | number): Interval => {
  if (typeof given === 'number') {
    if (!(given > 0)) return { ok: false, message: `${given} hours is no interval; write a positive number.` }
    return bounded(Math.round(given * 3_600), `${given} hours`)
  }
  const text = given.trim().toUpperCase()
  const [, count, unit] = /^(?:(\d{1,8}) )?(DAY|HOUR|MINUTE|SECOND)S?$/.exec(text) ?? []
  if (unit !== undefined) return bounded(Number(count ?? 1) * (unitSeconds[unit] ?? 0), `"${given}"`)
  if (/^P\d*[YM]|^P\d+Y/.test(text) || /^P[^T]*\dM/.test(text))
    return {
      ok: false,
      message: `"${given}" counts months or years, which are not equally long; write a calendar rule with FREQ=MONTHLY or FREQ=YEARLY instead.`,
    }
  const parts = spelled.exec(text)
  if (!parts)
    return {
      ok: false,
      message: `"${given}" is no ISO-8601 duration such as PT90M, PT1H30M or P2D, and no number of hours.`,
    }
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return bounded((weeks * 7 + days) * 86_400 + hours * 3_600 + minutes * 60 + seconds, `"${given}"`)
}

/** The one form in which an interval is stored: days, hours, minutes and seconds, as few as will do. */
export const writeInterval = (seconds: number): string => {
  const days = Math.floor(seconds / 86_400)
  const parts: [number, string][] = [
    [Math.floor((seconds % 86_400) / 3_600), 'H'],
    [Math.floor((seconds % 3_600) / 60), 'M'],
    [seconds % 60, 'S'],
  ]
  const time = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('')
  return `P${days === 0 ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`
}

/** Milliseconds of an interval that has been checked. */
export const intervalMs = (stored: string | number): number => {
  const read = readInterval(stored)
  if (!read.ok) throw new Error(`stored, and no interval: ${read.message}`)
  return read.seconds * 1_000
}

/** `90 minutes`, `hour`, `2 days`, `1 hour and 30 minutes`. */
export const intervalInEnglish = (seconds: number): string => {
  const units: [string, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ]
  const whole = units.find(([, size]) => seconds % size === 0)
  const [unit = 'second', size = 1] = whole ?? []
  const count = seconds / size
  return count === 1 ? unit : `${count} ${unit}s`
}
