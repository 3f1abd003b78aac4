import { type Schema, Validator } from '@cfworker/json-schema'
import type { ParameterCheck } from '#application/world.ts'
import type { Reason } from '#domain/errors.ts'

/** A schema is code that others wrote: it may be large, deep or slow, so it is kept small. */
const limits = { bytes: 16_384, depth: 12, patternLength: 200 }

const problem = (message: string, path = ''): Reason => ({
  code: 'bad-schema',
  message,
  path: `/parametersSchema${path}`,
})

/** A repeated group inside a repetition can take exponential time on a crafted value. */
const nestedRepetition = /\([^()]*[+*][^()]*\)[+*{]/

function* inspect(schema: unknown, path: string, depth: number): Generator<Reason> {
  if (depth > limits.depth) return yield problem(`is nested deeper than ${limits.depth} levels`, path)
  if (typeof schema !== 'object' || schema === null) return
  for (const [key, value] of Object.entries(schema)) {
    const at = `${path}/${key}`
    if ((key === '$ref' || key === '$dynamicRef') && typeof value === 'string' && !value.startsWith('#'))
      yield problem('refers to another document; only references within the schema (#…) are followed', at)
    if (key === 'pattern' && typeof value === 'string') yield* inspectPattern(value, at)
    if (key === 'patternProperties' && typeof value === 'object' && value !== null)
      for (const pattern of Object.keys(value)) yield* inspectPattern(pattern, at)
    yield* inspect(value, at, depth + 1)
  }
}

function* inspectPattern(pattern: string, path: string): Generator<Reason> {
  if (pattern.length > limits.patternLength)
    return yield problem(`is longer than ${limits.patternLength} characters`, path)
  if (nestedRepetition.test(pattern))
    return yield problem('repeats a repetition, which can take for ever to match', path)
  try {
    new RegExp(pattern, 'u')
  } catch {
    yield problem('is not a regular expression', path)
  }
}

/** JSON Schema 2020-12, by @cfworker/json-schema: no code generation, so it runs in any Lambda. */
export const jsonSchemaParameters: ParameterCheck = {
  checkSchema: (schema) => {
    if (JSON.stringify(schema).length > limits.bytes) return [problem(`is larger than ${limits.bytes} bytes`)]
    const found = [...inspect(schema, '', 0)]
    if (found.length > 0) return found
    if ((schema as { type?: unknown }).type !== 'object')
      return [problem('must have "type": "object", because parameters are an object', '/type')]
    try {
      new Validator(schema as Schema, '2020-12').validate({})
      return []
    } catch (error) {
      return [problem(`cannot be used: ${error instanceof Error ? error.message : String(error)}`)]
    }
  },
  check: (schema, value) => {
    const { valid, errors } = new Validator(schema as Schema, '2020-12', false).validate(value)
    if (valid) return []
    return errors
      .filter(({ keyword }) => keyword !== 'properties' && keyword !== 'items')
      .slice(0, 20)
      .map(({ instanceLocation, error, keyword }) => ({
        code: `schema-${keyword}`,
        message: error,
        path: `/parameters${instanceLocation.replace(/^#/, '')}`,
      }))
  },
}
