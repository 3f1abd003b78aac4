import { describe, expect, test } from 'vitest'
import { match } from '#domain/assignment/match.ts'
import { type Candidate, staysBecause } from '#domain/assignment/may-bump.ts'
import { byTurn, scoreOf } from '#domain/assignment/order-of-work.ts'
import { dayMs, hours, minutes } from '#domain/time.ts'
import { at, monday, order, type, type Wanted } from './world.ts'

describe('days until an order is due', () => {
  test.for([
    ['due in the past', -dayMs, 0],
    ['due now', 0, 0],
    ['due in a day less a minute', dayMs - minutes(1), 0],
    ['due in a day', dayMs, 1],
    ['due at 23:59 of the next day', dayMs + hours(24) - minutes(1), 1],
    ['due in two weeks', 14 * dayMs, 14],
  ] as const)('%s', ([, due, score]) => {
    expect(scoreOf(monday + due, monday)).toBe(score)
  })
})

describe('the order of work', () => {
  const span = { startMs: monday, endMs: at(21) }
  const one = (name: string, more: Wanted = {}, rank?: number) =>
    order(name, [['ada']], more, rank === undefined ? {} : { type: type(`t${rank}`, { rank }) })
  test.for([
    ['due sooner, by days', one('b', { due: at(2) }), one('a', { due: at(3) })],
    ['due at all, before the end of the span', one('b', { due: at(20) }), one('a')],
    ['due in the past like what is due today', one('a', { due: at(-3) }), one('b', { due: at(0, 12) })],
    ['on the same day by the rank of the type', one('b', { due: at(2, 9) }, 1), one('a', { due: at(2, 3) }, 2)],
    ['with a type before without', one('b', { due: at(2) }, 99), one('a', { due: at(2) })],
    ['by priority, 5 first', one('b', { due: at(2), priority: 5 }), one('a', { due: at(2), priority: 1 })],
    ['a type counts more than priority', one('b', { priority: 1 }, 1), one('a', { priority: 5 }, 2)],
    ['by release', one('b', { release: at(1) }), one('a', { release: at(2) })],
    ['released at all times before one that waits', one('b'), one('a', { release: at(2) })],
    ['by id', one('a'), one('b')],
  ] as const)('%s', ([, first, second]) => {
    const turn = byTurn(span, monday)
    expect([second, first].toSorted(turn)).toEqual([first, second])
    expect([first, second].toSorted(turn)).toEqual([first, second])
  })
})

describe('whether an order may be bumped', () => {
  const asOf = { nowMs: monday, freezeMs: at(0, 2) }
  const by = { dueMs: at(1, 12), score: 1 }
  const may: Candidate = {
    dueMs: at(5),
    score: 5,
    isBound: false,
    byHand: false,
    isLocked: false,
    isExecuting: false,
    startMs: at(1, 9),
    timesBumped: 0,
  }
  test.for<[string, Partial<Candidate>, ReturnType<typeof staysBecause>]>([
    ['due later, days away, alone, hardly bumped', {}, undefined],
    ['locked hard', { isLocked: true }, 'locked'],
    ['its run has begun', { isExecuting: true }, 'executing'],
    ['begins within the freeze window', { startMs: at(0, 2) - 1 }, 'frozen'],
    ['begins where the freeze window ends', { startMs: at(0, 2) }, undefined],
    ['not to be assigned automatically', { byHand: true }, 'by-hand'],
    ['follows another, or is followed', { isBound: true }, 'companion'],
    ['due at the same moment', { dueMs: by.dueMs }, 'due-no-later'],
    ['due sooner', { dueMs: by.dueMs - 1 }, 'due-no-later'],
    ['due later, in two days less a minute', { dueMs: at(2) - minutes(1), score: 2 }, 'due-soon'],
    ['due later, in two days', { dueMs: at(2), score: 2 }, undefined],
    ['due later on the same day', { dueMs: at(2, 1), score: 1 }, 'no-less-urgent'],
    ['bumped twice before', { timesBumped: 2 }, undefined],
    ['bumped three times', { timesBumped: 3 }, 'bumped-often'],
  ])('%s', ([, more, because]) => {
    expect(staysBecause({ ...may, ...more }, by, asOf)).toBe(because)
  })
})

test.for<[string, string[][], string[] | undefined]>([
  ['nothing is needed', [], []],
  ['the first of each', [['a', 'b'], ['c']], ['a', 'c']],
  ['somebody leaves the only one to another', [['a', 'b'], ['a']], ['b', 'a']],
  ['along a chain', [['a', 'b'], ['a', 'c'], ['a']], ['b', 'c', 'a']],
  [
    'the first has the choice',
    [
      ['a', 'b'],
      ['a', 'b'],
      ['c', 'a'],
    ],
    ['a', 'b', 'c'],
  ],
  [
    'fewer than are needed',
    [
      ['a', 'b'],
      ['a', 'b'],
      ['b', 'a'],
    ],
    undefined,
  ],
  ['nobody', [['a'], []], undefined],
])('of several requirements each has another: %s', ([, needs, chosen]) => {
  expect(match(needs)).toEqual(chosen)
})
