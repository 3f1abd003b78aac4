import { type OpeningHours, type Weekday, weekdays } from '../assets/opening-hours.ts'

const short = Object.fromEntries(weekdays.map((day) => [day.slice(0, 3), day])) as Record<string, Weekday>
const part = /^(?<first>[a-z]{3})(?:-(?<last>[a-z]{3}))? (?<from>\d{2}:\d{2})-(?<to>\d{2}:\d{2})$/

/**
 * Working hours as a table says them: `mon-fri 09:00-17:00; sat 10:00-12:00`.
 * @returns undefined where they cannot be read
 */
export const readWorkingHours = (text: string): OpeningHours['week'] | undefined => {
  const week: Partial<Record<Weekday, { from: string; to: string }[]>> = {}
  for (const said of text.toLowerCase().split(';')) {
    const { first = '', last = first, from = '', to = '' } = part.exec(said.trim())?.groups ?? {}
    const [a, b] = [short[first], short[last]]
    if (a === undefined || b === undefined) return undefined
    const count = (weekdays.indexOf(b) - weekdays.indexOf(a) + 7) % 7
    for (let index = 0; index <= count; index++) {
      const day = weekdays[(weekdays.indexOf(a) + index) % 7] ?? 'monday'
      week[day] = [...(week[day] ?? []), { from, to }].toSorted((one, other) => (one.from < other.from ? -1 : 1))
    }
  }
  return week
}

const said = /^(?<name>\S+?)(?: until (?<until>\d{4}-\d{2}-\d{2}))?$/

/** Qualifications as a table says them: `laser-safety until 2027-06-30; confocal`. */
export const readQualifications = (text: string): { name: string; until?: string }[] =>
  text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const { name = one, until } = said.exec(one)?.groups ?? {}
      return { name, ...(until !== undefined && { until }) }
    })
