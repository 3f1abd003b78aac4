import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalCron } from '#domain/schedules/canonical-cron.ts'
import { parseCron } from '#domain/schedules/cron.ts'
import { ruleInEnglish } from '#domain/schedules/english.ts'

const expressionOf = (text: string): string => {
  const found = canonicalCron(text)
  return found.ok ? found.expression : found.reasons.map(({ message }) => message).join(' ')
}

describe('what people write is stored as six fields', () => {
  test.each([
    ['0 9 ? * mon-fri *', '0 9 ? * MON-FRI *'],
    ['  0   9 * *  ?  * ', '0 9 * * ? *'],
    ['0 9 * * *', '0 9 * * ? *'],
    ['*/15 8-17 * * 1-5', '*/15 8-17 ? * MON,TUE,WED,THU,FRI *'],
    ['0 9 * * 0', '0 9 ? * SUN *'],
    ['0 9 * * 7', '0 9 ? * SUN *'],
    ['0 9 * * 5-7', '0 9 ? * SUN,FRI,SAT *'],
    ['0 9 * * mon,WED', '0 9 ? * MON,WED *'],
    ['0 9 * * */2', '0 9 ? * SUN,TUE,THU,SAT *'],
    ['0 9 * * 1-5/2', '0 9 ? * MON,WED,FRI *'],
    ['30 6 1,15 * *', '30 6 1,15 * ? *'],
    ['0 0 1 1 ?', '0 0 1 1 ? *'],
    ['0 12 L * *', '0 12 L * ? *'],
    ['hourly', '0 * * * ? *'],
    ['@daily', '0 0 * * ? *'],
    ['daily at 09:00', '0 9 * * ? *'],
    ['Daily at 7:05', '5 7 * * ? *'],
    ['weekly on Monday at 09:30', '30 9 ? * MON *'],
    ['weekly on mon, Fridays and sun at 17:00', '0 17 ? * MON,FRI,SUN *'],
    ['@weekly', '0 0 ? * SUN *'],
    ['@yearly', '0 0 1 1 ? *'],
  ])('%s', (text, expected) => {
    expect(expressionOf(text)).toBe(expected)
    expect(expressionOf(expected)).toBe(expected)
  })
})

describe('what six fields cannot say is refused with what would', () => {
  test.each([
    ['0 9 1 * MON', 'Write two schedules'],
    ['0 9 * * 8', 'use 0 to 7'],
    ['0 9 * * MON#2', 'use 0 to 7'],
    ['0 9 * * 5-1', 'use 0 to 7'],
    ['daily at 24:00', 'no time of day'],
    ['daily at noon', 'no time of day'],
    ['daily on Monday at 09:00', 'takes no days'],
    ['weekly at 09:00', 'needs its days'],
    ['weekly on Caturday at 09:00', 'no day of the week'],
    ['60 9 * * *', 'minute'],
    ['0 9 31 2 *', 'it would never fire'],
    ['0 9 * *', 'This one has 4'],
    ['0 9 * * * * *', 'This one has 7'],
    ['', 'This one has 1'],
    ['every now and then', 'minute'],
  ])('%j', (text, says) => {
    expect(expressionOf(text)).toContain(says)
    expect(canonicalCron(text).ok).toBe(false)
  })
})

test('five fields mean what six fields mean', () => {
  const field = (max: number) => fc.oneof(fc.constant('*'), fc.integer({ min: 1, max }).map(String), fc.constant('*/2'))
  fc.assert(
    fc.property(field(59), field(23), field(28), field(12), (minute, hour, day, month) => {
      const five = canonicalCron(`${minute} ${hour} ${day} ${month} *`)
      const six = parseCron(`${minute} ${hour} ${day} ${month} ? *`)
      if (!five.ok || !six.ok) throw new Error('It should have been taken.')
      expect(five.cron).toEqual(six.cron)
    }),
  )
})

describe('a rule in English', () => {
  const startMs = Date.UTC(2026, 10, 20, 8)
  test.each([
    ['0 9 ? * MON-FRI *', 'at 09:00 on weekdays, Europe/Berlin'],
    ['0 9 * * ? *', 'at 09:00 every day, Europe/Berlin'],
    ['0,30 9,17 * * ? *', 'at 09:00, 09:30, 17:00 and 17:30 every day, Europe/Berlin'],
    ['0 * * * ? *', 'every hour, Europe/Berlin'],
    ['*/15 8-17 ? * MON *', 'every 15 minutes from 08:00 to 17:59 on Mondays, Europe/Berlin'],
    ['* * * * ? *', 'every minute, Europe/Berlin'],
    ['5 0/2 * * ? *', 'at 5 minutes past every 2 hours, from 00:05, Europe/Berlin'],
    ['5,50 * * * ? *', 'at 5 and 50 minutes past every hour, Europe/Berlin'],
    ['0 8 L * ? *', 'at 08:00 on the last day of the month, Europe/Berlin'],
    ['0 8 15W * ? *', 'at 08:00 on the weekday nearest to day 15 of the month, Europe/Berlin'],
    ['0 8 ? * 6#3 *', 'at 08:00 on the third Friday of the month, Europe/Berlin'],
    ['0 8 ? * 6L *', 'at 08:00 on the last Friday of the month, Europe/Berlin'],
    ['0 8 1,15 3,10 ? 2027', 'at 08:00 on day 1 and 15 of the month, in March and October, in 2027, Europe/Berlin'],
    ['0 17 ? * MON,FRI *', 'at 17:00 on Mondays and Fridays, Europe/Berlin'],
  ])('%s', (expression, text) => {
    expect(ruleInEnglish({ kind: 'cron', expression }, 'Europe/Berlin', startMs)).toBe(text)
  })
  test('of one moment and of a rate names the zone’s own date', () => {
    expect(ruleInEnglish({ kind: 'at', at: '2026-11-20T08:00:00.000Z' }, 'Europe/Berlin', startMs)).toBe(
      'once, on Friday 20 November 2026, 09:00, Europe/Berlin',
    )
    expect(ruleInEnglish({ kind: 'rate', every: 2, unit: 'hour' }, 'Asia/Kolkata', startMs)).toBe(
      'every 2 hours, from Friday 20 November 2026, 13:30, Asia/Kolkata',
    )
  })
})
