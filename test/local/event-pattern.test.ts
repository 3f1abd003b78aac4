import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#local/json.ts'
import { checkPattern, patternMatches } from '#local/services/events/pattern.ts'

const event: JsonObject = {
  source: 'aws.states',
  resources: ['arn:a', 'arn:b'],
  detail: { status: 'FAILED', count: 3, name: 'run_1.x' },
}

describe('event patterns', () => {
  test.each<[string, JsonObject, boolean]>([
    ['a list names alternatives', { detail: { status: ['ABORTED', 'FAILED'] } }, true],
    ['every field must be met', { source: ['aws.states'], detail: { status: ['SUCCEEDED'] } }, false],
    ['an absent field is not met', { detail: { colour: ['red'] } }, false],
    ['an absent object is not met', { other: { colour: ['red'] } }, false],
    ['a list in the event is met by any of its members', { resources: ['arn:b'] }, true],
    ['types matter', { detail: { count: ['3'] } }, false],
    ['prefix', { detail: { name: [{ prefix: 'run_' }] } }, true],
    ['suffix', { detail: { name: [{ suffix: '.y' }] } }, false],
    ['exists', { detail: { colour: [{ exists: false }], name: [{ exists: true }] } }, true],
    ['anything-but', { detail: { status: [{ 'anything-but': ['SUCCEEDED'] }] } }, true],
    ['anything-but a prefix', { detail: { name: [{ 'anything-but': { prefix: 'run_' } }] } }, false],
  ])('%s', (_, pattern, expected) => {
    expect(patternMatches(pattern, event)).toBe(expected)
  })

  test('a filter that is not known is refused when the rule is read', () => {
    expect(() => checkPattern({ detail: { ip: [{ cidr: '10.0.0.0/8' }] } })).toThrow('cidr')
    expect(() => checkPattern({ detail: 'FAILED' })).toThrow('neither a list nor an object')
  })
})
