import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { downlinkTopic, uplinkRuleSql } from '#contracts/agents/topics.ts'
import { parseRuleSql, topicFits } from '#local/edge/iot/rule-sql.ts'

const level = fc.stringMatching(/^[a-z0-9_:-]{1,8}$/)
const topic = fc.array(level, { minLength: 1, maxLength: 6 })

describe('a topic filter', () => {
  test('fits the topic that it spells', () => {
    fc.assert(fc.property(topic, (levels) => topicFits(levels.join('/'), levels.join('/'))))
  })
  test('with a plus for any level still fits, and no topic of another length', () => {
    fc.assert(
      fc.property(topic, fc.nat(), (levels, at) => {
        const filter = levels.with(at % levels.length, '+').join('/')
        expect(topicFits(filter, levels.join('/'))).toBe(true)
        expect(topicFits(filter, [...levels, 'more'].join('/'))).toBe(false)
        if (levels.length > 1) expect(topicFits(filter, levels.slice(0, -1).join('/'))).toBe(false)
      }),
    )
  })
  test('with a hash fits everything below', () => {
    fc.assert(fc.property(topic, topic, (a, b) => topicFits([...a, '#'].join('/'), [...a, ...b].join('/'))))
  })
  test('fits no other topic', () => {
    fc.assert(
      fc.property(topic, topic, (a, b) => topicFits(a.join('/'), b.join('/')) === (a.join('/') === b.join('/'))),
    )
  })
})

describe('the rule of the template', () => {
  const query = parseRuleSql(uplinkRuleSql)

  test('takes who speaks from the topic, whatever the message says', () => {
    const message = { thing: 'ws_b:agt_b', message: { thing: 'ws_c:agt_c', stamp: 1 } }
    expect(query.select('benchtime/up/ws_a:agt_a/poll', message)).toEqual({
      thing: 'ws_a:agt_a',
      kind: 'poll',
      message: message.message,
    })
  })
  test('leaves out what is not there', () => {
    for (const payload of [null, 5, 'text', [], {}])
      expect(query.select('benchtime/up/ws_a:agt_a/poll', payload)).toEqual({ thing: 'ws_a:agt_a', kind: 'poll' })
  })
  test('hears uplinks and no downlink', () => {
    expect(topicFits(query.filter, 'benchtime/up/ws_a:agt_a/report')).toBe(true)
    expect(topicFits(query.filter, downlinkTopic('ws_a:agt_a'))).toBe(false)
  })
})

test.each([
  `SELECT * FROM 'a/b'`,
  `SELECT timestamp() AS t FROM 'a'`,
  `SELECT topic(2) AS t FROM 'a' WHERE x > 1`,
  `DELETE FROM 'a'`,
  '',
])('what the laptop cannot do is refused at boot: %s', (sql) => {
  expect(() => parseRuleSql(sql)).toThrow('does not understand')
})
