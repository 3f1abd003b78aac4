import { changesBetween } from '#domain/audit/entry.ts'

/** Some fields of a thing; one that is undefined stays as it is, null takes one away that may be absent. */
export type Patch<T> = {
  readonly [K in keyof T]?: T[K] | undefined | (undefined extends T[K] ? null : never)
}

/** The thing with the patch laid over it; the very same object where the patch changes nothing. */
export const applied = <T extends object>(current: T, patch: Patch<T>): T => {
  const next = { ...current } as Record<string, unknown>
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete next[field]
    else if (value !== undefined) next[field] = value
  }
  return Object.keys(changesBetween(current, next)).length === 0 ? current : (next as T)
}
