/** Event patterns: which events a rule wants. Matching as EventBridge documents it, for the filters that templates use. */
import type { Json, JsonObject } from '../../json.ts'

export class BadPattern extends Error {
  override readonly name = 'BadPattern'
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const filterMatches = (filter: JsonObject, value: Json | undefined): boolean => {
  const [kind = '', wanted] = Object.entries(filter)[0] ?? []
  const list = Array.isArray(wanted) ? wanted : [wanted]
  switch (kind) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(wanted))
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(wanted))
    case 'exists':
      return (value !== undefined) === wanted
    case 'anything-but':
      if (isObject(wanted)) return value !== undefined && !filterMatches(wanted, value)
      return value !== undefined && !list.some((item) => item === value)
    default:
      throw new BadPattern(`The laptop cloud does not know the event filter "${kind}".`)
  }
}

const leafMatches = (alternatives: readonly Json[], value: Json | undefined): boolean => {
  const values = Array.isArray(value) ? value : [value]
  return alternatives.some((alternative) =>
    values.some((each) => (isObject(alternative) ? filterMatches(alternative, each) : each === alternative)),
  )
}

/** Every field of the pattern must be met; a list names alternatives. Throws BadPattern for a filter it does not know. */
export const patternMatches = (pattern: JsonObject, event: JsonObject): boolean =>
  Object.entries(pattern).every(([key, wanted]) => {
    const value = event[key]
    if (Array.isArray(wanted)) return leafMatches(wanted, value)
    if (isObject(wanted)) return patternMatches(wanted, isObject(value) ? value : {})
    throw new BadPattern(`The event pattern's "${key}" is neither a list nor an object.`)
  })

const known = ['prefix', 'suffix', 'exists', 'anything-but']

/** Throws BadPattern where the pattern holds something that `patternMatches` does not know. */
export const checkPattern = (pattern: JsonObject): void => {
  for (const [key, wanted] of Object.entries(pattern)) {
    if (isObject(wanted)) checkPattern(wanted)
    else if (!Array.isArray(wanted))
      throw new BadPattern(`The event pattern's "${key}" is neither a list nor an object.`)
    else
      for (const filter of wanted.filter(isObject))
        if (!known.includes(Object.keys(filter)[0] ?? ''))
          throw new BadPattern(`The laptop cloud does not know the event filter "${Object.keys(filter)[0]}".`)
  }
}
