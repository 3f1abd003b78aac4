import { indexOfName, listed, monthNames, ordinalNames, weekdayNames } from './names.ts'

/** A phrase in English as six fields of cron, what is wrong with it, or undefined where it is no phrase. */
export type Phrase = { readonly expression: string } | { readonly problem: string } | undefined

const problem = (text: string): Phrase => ({ problem: text })

const cronDays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const macros: Readonly<Record<string, string>> = {
  '@HOURLY': '0 * * * ? *',
  HOURLY: '0 * * * ? *',
  '@DAILY': '0 0 * * ? *',
  '@MIDNIGHT': '0 0 * * ? *',
  '@WEEKLY': '0 0 ? * SUN *',
  '@MONTHLY': '0 0 1 * ? *',
  '@YEARLY': '0 0 1 1 ? *',
  '@ANNUALLY': '0 0 1 1 ? *',
}

type Fields = { readonly minute: string; readonly hour: string }
type Days = { readonly monthDay: string; readonly weekday: string }

class Unreadable extends Error {}

const weekdayOf = (name: string): string => {
  const short = cronDays.indexOf(name)
  const index = short >= 0 ? short : indexOfName(weekdayNames, name.replace(/S$/, ''))
  const found = cronDays[index]
  if (found === undefined) throw new Unreadable(`"${name}" is no day of the week.`)
  return found
}

const timeOf = (text: string): [hour: number, minute: number] => {
  const [, hour, minute] = /^(\d{1,2}):(\d\d)$/.exec(text) ?? []
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59)
    throw new Unreadable(`"${text}" is no time of day such as 09:00 or 17:30.`)
  return [Number(hour), Number(minute)]
}

/** Several times of day, which one cron can say only where every hour goes with every minute. */
const timesOf = (text: string): Fields => {
  const times = listed(text).map(timeOf)
  const ascending = (values: number[]): number[] => [...new Set(values)].sort((a, b) => a - b)
  const hours = ascending(times.map(([hour]) => hour))
  const minutes = ascending(times.map(([, minute]) => minute))
  if (new Set(times.map(String)).size !== hours.length * minutes.length)
    throw new Unreadable(
      'These times have no hours and minutes in common, so one cron cannot say them. Write {"kind": "any"} with a rule for each, or a calendar rule with times.',
    )
  return { minute: minutes.join(','), hour: hours.join(',') }
}

const hoursOf = (during: string | undefined): string => {
  const [, first, last] = /^ FROM (\d{1,2}):00 TO (\d{1,2}):59$/.exec(during ?? '') ?? []
  if (first !== undefined) return `${Number(first)}-${Number(last)}`
  const [, hours] = /^ IN THE HOURS (.+)$/.exec(during ?? '') ?? []
  return hours === undefined ? '*' : listed(hours).map(Number).join(',')
}

const during = '( FROM \\d{1,2}:00 TO \\d{1,2}:59| IN THE HOURS [\\d, AND]+?)?'
const readers: readonly [RegExp, (parts: (string | undefined)[]) => Fields][] = [
  [/^AT ([\d:, AND]+)$/, ([times = '']) => timesOf(times)],
  [new RegExp(`^EVERY MINUTE${during}$`), ([hours]) => ({ minute: '*', hour: hoursOf(hours) })],
  [
    new RegExp(`^EVERY (\\d+) MINUTES${during}$`),
    ([step, hours]) => ({ minute: `0/${Number(step)}`, hour: hoursOf(hours) }),
  ],
  [new RegExp(`^EVERY HOUR${during}$`), ([hours]) => ({ minute: '0', hour: hoursOf(hours) })],
  [
    new RegExp(`^AT ([\\d, AND]+) MINUTES PAST EVERY HOUR${during}$`),
    ([minutes = '', hours]) => ({ minute: listed(minutes).join(','), hour: hoursOf(hours) }),
  ],
  [
    /^AT (\d+) MINUTES PAST EVERY (\d+) HOURS, FROM (\d{1,2}):\d\d$/,
    ([minute = '', step = '', first = '']) => ({ minute, hour: `${Number(first)}/${step}` }),
  ],
]

const anyDay: Days = { monthDay: '*', weekday: '?' }
const ofMonth = (monthDay: string): Days => ({ monthDay, weekday: '?' })
const ofWeek = (weekday: string): Days => ({ monthDay: '?', weekday })

const daysOf = (text: string): Days => {
  if (text === '' || text === 'EVERY DAY') return anyDay
  if (text === 'ON WEEKDAYS') return ofWeek('MON-FRI')
  const [, inMonth] = /^ON (.+) OF THE MONTH$/.exec(text) ?? []
  if (inMonth === undefined) {
    const names = listed(text.replace(/^ON /, ''))
    return ofWeek([...new Set(names.map(weekdayOf))].join(','))
  }
  if (inMonth === 'THE LAST DAY') return ofMonth('L')
  const [, days] = /^DAY (.+)$/.exec(inMonth) ?? []
  if (days !== undefined) return ofMonth(listed(days).join(','))
  const [, nearest] = /^THE WEEKDAY NEAREST TO DAY (\d+)$/.exec(inMonth) ?? []
  if (nearest !== undefined) return ofMonth(`${nearest}W`)
  const [, nth = '', name = ''] = /^THE (\w+) (\w+)$/.exec(inMonth) ?? []
  const day = cronDays.indexOf(weekdayOf(name)) + 1
  if (nth === 'LAST') return ofWeek(`${day}L`)
  const index = indexOfName(ordinalNames, nth)
  if (index < 0) throw new Unreadable(`"${nth}" is no place in the month; write first to fifth, or last.`)
  return ofWeek(`${day}#${index + 1}`)
}

const monthsAndYears = (text: string): [months: string, years: string] => {
  const parts = [...text.matchAll(/, IN ([^,]+(?:, (?!IN )[^,]+)*)/g)].map(([, part = '']) => listed(part))
  const years = parts.find(([first = '']) => /^\d{4}$/.test(first))
  const months = parts
    .find(([first = '']) => !/^\d{4}$/.test(first))
    ?.map((name) => {
      const index = indexOfName(monthNames, name)
      if (index < 0) throw new Unreadable(`"${name}" is no month.`)
      return index + 1
    })
  return [months?.join(',') ?? '*', years?.join(',') ?? '*']
}

/** `daily at 09:00` and `weekly on Monday, Friday at 17:30` in the words of the sentences. */
const sentenceOf = (text: string): string => {
  const [, unit, on, time] = /^(DAILY|WEEKLY)(?: ON (.+?))? AT (.+)$/.exec(text) ?? []
  if (unit === undefined) return text
  if (unit === 'DAILY' && on !== undefined) throw new Unreadable('"daily" takes no days; write weekly on … at ….')
  if (unit === 'WEEKLY' && on === undefined)
    throw new Unreadable('"weekly" needs its days: weekly on Monday, Friday at 09:00.')
  return `AT ${time} ${on === undefined ? 'EVERY DAY' : `ON ${on}`}`
}

const read = (given: string): Phrase => {
  const macro = macros[given]
  if (macro) return { expression: macro }
  if (!/^(AT|EVERY|DAILY|WEEKLY) /.test(given)) return undefined
  const sentence = sentenceOf(given)
  const [, head = sentence, tail = ''] = /^(.*?)((?:, IN .+)?)$/.exec(sentence) ?? []
  const [, when = head, days = ''] = /^(.*?)(?: ((?:ON|EVERY DAY).*))?$/.exec(head) ?? []
  for (const [pattern, fieldsOf] of readers) {
    const parts = pattern.exec(when)
    if (!parts) continue
    const { minute, hour } = fieldsOf(parts.slice(1))
    const { monthDay, weekday } = daysOf(days)
    const [months, years] = monthsAndYears(tail)
    return { expression: `${minute} ${hour} ${monthDay} ${months} ${weekday} ${years}` }
  }
  // "at nine" is meant as a phrase, and says what it lacks.
  const [, time] = /^AT (\S+)/.exec(when) ?? []
  return time === undefined ? undefined : problem(`"${time}" is no time of day such as 09:00 or 17:30.`)
}

/** Reads the phrases that ruleInEnglish writes of crons, and a few shorter ones. In capitals, spaces single. */
export const readPhrase = (text: string): Phrase => {
  try {
    return read(text)
  } catch (error) {
    if (error instanceof Unreadable) return problem(error.message)
    throw error
  }
}
