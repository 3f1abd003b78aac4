// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates and policies write their variables so.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate, matches, unusedGrants } from '#local/endpoint/iam.ts'
import type { Statement } from '#local/endpoint/iam-types.ts'

const statement = (given: Partial<Statement>): Statement => ({
  effect: 'Allow',
  actions: ['*'],
  notActions: [],
  resources: ['*'],
  notResources: [],
  conditions: {},
  ...given,
})

const word = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '.', '-', '(', '+'), minLength: 0, maxLength: 12 })

describe('patterns', () => {
  test('a text without wildcards matches itself and nothing else', () => {
    fc.assert(
      fc.property(word, word, (pattern, value) => {
        expect(matches(pattern, value)).toBe(pattern === value)
      }),
    )
  })

  test('a star stands for any text, a question mark for any one character', () => {
    fc.assert(
      fc.property(word, word, word, (before, between, after) => {
        expect(matches(`${before}*${after}`, before + between + after)).toBe(true)
        expect(matches(`${before}?${after}`, before + between + after)).toBe(between.length === 1)
      }),
    )
  })

  test('a variable is taken literally, and one without a value matches nothing', () => {
    const pattern = 'topic/benchtime/down/${iot:Connection.Thing.ThingName}'
    expect(
      matches(pattern, 'topic/benchtime/down/ws_1:agt_1', { 'iot:Connection.Thing.ThingName': 'ws_1:agt_1' }),
    ).toBe(true)
    expect(matches(pattern, 'topic/benchtime/down/ws_1:agt_2', { 'iot:Connection.Thing.ThingName': '*' })).toBe(false)
    expect(matches(pattern, 'topic/benchtime/down/', {})).toBe(false)
  })
})

describe('evaluation', () => {
  const question = { action: 'dynamodb:PutItem', resource: 'arn:aws:dynamodb:eu-central-1:000000000000:table/T' }

  test('nothing is allowed that no statement allows', () => {
    expect(evaluate([], question)).toEqual({ allowed: false, why: 'no-grant' })
  })

  test('actions are compared without regard to case, resources with', () => {
    expect(evaluate([statement({ actions: ['DynamoDB:putitem'] })], question).allowed).toBe(true)
    expect(evaluate([statement({ resources: [question.resource.toUpperCase()] })], question).allowed).toBe(false)
  })

  test('a table grant does not reach its indexes', () => {
    const query = { action: 'dynamodb:Query', resource: `${question.resource}/index/byParent` }
    expect(evaluate([statement({ resources: [question.resource] })], query).allowed).toBe(false)
  })

  const anyStatement = fc.record({
    effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Deny'),
    actions: fc.subarray(['dynamodb:*', 'dynamodb:PutItem', 'dynamodb:Get*', 'states:*'], { minLength: 1 }),
    resources: fc.subarray(['*', question.resource, 'arn:aws:dynamodb:*:table/Other'], { minLength: 1 }),
  })

  test('one Deny that applies outweighs every Allow, in any order', () => {
    fc.assert(
      fc.property(fc.array(anyStatement, { maxLength: 6 }), (given) => {
        const applies = ({ actions, resources }: Pick<Statement, 'actions' | 'resources'>) =>
          actions.some((a) => a === 'dynamodb:*' || a === 'dynamodb:PutItem') &&
          resources.some((r) => r === '*' || r === question.resource)
        const expected =
          given.some((s) => s.effect === 'Allow' && applies(s)) && !given.some((s) => s.effect === 'Deny' && applies(s))
        expect(evaluate(given.map(statement), question).allowed).toBe(expected)
        expect(evaluate(given.map(statement).reverse(), question).allowed).toBe(expected)
      }),
    )
  })

  test('taking a statement away never allows more, unless it is a Deny', () => {
    fc.assert(
      fc.property(fc.array(anyStatement, { minLength: 1, maxLength: 6 }), fc.nat(), (given, index) => {
        const at = index % given.length
        if (given[at]?.effect === 'Deny') return
        const fewer = evaluate(given.filter((_, i) => i !== at).map(statement), question).allowed
        const all = evaluate(given.map(statement), question).allowed
        expect(!fewer || all).toBe(true)
      }),
    )
  })

  test('a role may be passed only to the service that the condition names', () => {
    const grant = statement({
      actions: ['iam:PassRole'],
      conditions: { StringEquals: { 'iam:PassedToService': ['scheduler.amazonaws.com'] } },
    })
    const pass = (service?: string) =>
      evaluate([grant], {
        action: 'iam:PassRole',
        resource: 'r',
        ...(service && { context: { 'iam:PassedToService': service } }),
      }).allowed
    expect(pass('scheduler.amazonaws.com')).toBe(true)
    expect(pass('lambda.amazonaws.com')).toBe(false)
    expect(pass()).toBe(false)
  })

  test('a negated condition holds where the key has no value; a positive one with IfExists too', () => {
    const without = { action: 'a:B', resource: 'r' }
    expect(evaluate([statement({ conditions: { StringNotEquals: { k: ['x'] } } })], without).allowed).toBe(true)
    expect(evaluate([statement({ conditions: { StringEqualsIfExists: { k: ['x'] } } })], without).allowed).toBe(true)
    expect(evaluate([statement({ conditions: { StringEquals: { k: ['x'] } } })], without).allowed).toBe(false)
  })
})

test('grants that nothing used are found by role, action and resource', () => {
  const role = {
    logicalId: 'R',
    name: 'R',
    arn: 'arn:R',
    trusts: [],
    statements: [statement({ actions: ['a:B', 'a:C'], resources: ['x'] })],
  }
  expect(unusedGrants([role], [{ roleArn: 'arn:R', action: 'a:B', resource: 'x' }])).toEqual([
    { roleArn: 'arn:R', action: 'a:C', resource: 'x' },
  ])
})
