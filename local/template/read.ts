/** Typed reading of resolved properties: what is missing or of another type is an error that names the place. */
import type { Json, JsonObject } from '../json.ts'

export class BadTemplate extends Error {
  override readonly name = 'BadTemplate'
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One or many as a list of texts; absent is the empty list. */
export const texts = (value: Json | undefined): string[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value.map(String) : [String(value)]

export type Reader = {
  readonly where: string
  readonly raw: JsonObject
  text(key: string): string
  optionalText(key: string): string | undefined
  number(key: string, otherwise: number): number
  texts(key: string): string[]
  object(key: string): Reader
  optionalObject(key: string): Reader | undefined
  objects(key: string): Reader[]
}

/** Reads `raw`; `where` names the place in messages, such as `Stack/LogicalId.Properties`. */
export const reader = (where: string, raw: JsonObject): Reader => {
  const optionalText = (key: string): string | undefined => {
    const value = raw[key]
    return value === undefined || value === null ? undefined : String(value)
  }
  const optionalObject = (key: string): Reader | undefined => {
    const value = raw[key]
    return isObject(value) ? reader(`${where}.${key}`, value) : undefined
  }
  return {
    where,
    raw,
    optionalText,
    optionalObject,
    text: (key) => {
      const value = optionalText(key)
      if (value === undefined) throw new BadTemplate(`${where} has no "${key}".`)
      return value
    },
    number: (key, otherwise) => {
      const value = raw[key]
      return value === undefined ? otherwise : Number(value)
    },
    texts: (key) => texts(raw[key]),
    object: (key) => {
      const value = optionalObject(key)
      if (!value) throw new BadTemplate(`${where} has no object "${key}".`)
      return value
    },
    objects: (key) => {
      const value = raw[key]
      if (value === undefined || value === null) return []
      if (!Array.isArray(value)) throw new BadTemplate(`${where}.${key} is not a list.`)
      return value.filter(isObject).map((item, index) => reader(`${where}.${key}[${index}]`, item))
    },
  }
}
