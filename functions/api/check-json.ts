import { limits } from '#contracts/http/limits.ts'
import type { Reason } from '#domain/errors.ts'

/** Names that code on the way to the table takes for something else than data. */
const reserved = new Set(['__proto__', 'constructor', 'prototype', ''])

/** The table keeps 1E-130 and more; anything as small as this is an accident. */
const smallest = 1e-100

const wrongScalar = (value: unknown): string | undefined => {
  if (typeof value === 'string' && !value.isWellFormed()) return 'holds half of a Unicode surrogate pair'
  if (typeof value !== 'number') return undefined
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return 'is beyond ±9007199254740991; send it as a string'
  if (value !== 0 && Math.abs(value) < smallest) return 'is too close to zero to be kept; send it as a string'
  return undefined
}

const stepOf = (key: string): string => key.slice(0, 60).replaceAll('~', '~0').replaceAll('/', '~1')

/**
 * What in a body is JSON and still cannot be kept: nesting without end, numbers that lose digits, broken text, reserved
 * names. Walks without recursion, because the depth is what is being checked.
 */
export const checkJson = (body: unknown): Reason | undefined => {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: body, path: '', depth: 1 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, depth } = next
    const refuse = (message: string): Reason => ({ code: 'cannot-be-kept', message, path: path.toWellFormed() })
    const wrong = wrongScalar(value)
    if (wrong !== undefined) return refuse(wrong)
    if (typeof value !== 'object' || value === null) continue
    if (depth > limits.jsonDepth) return refuse(`is nested deeper than ${limits.jsonDepth} levels`)
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value) && (reserved.has(key) || !key.isWellFormed()))
        return refuse(`has a field named "${key.slice(0, 60).toWellFormed()}", which is reserved; use another name`)
      open.push({ value: inner, path: `${path}/${stepOf(key)}`, depth: depth + 1 })
    }
  }
  return undefined
}
