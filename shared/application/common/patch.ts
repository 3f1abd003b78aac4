/** Some fields of a thing; a field that is undefined stays as it is. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined }

export const applied = <T extends object>(current: T, patch: Patch<NoInfer<T>>): T => {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  return { ...current, ...(Object.fromEntries(given) as Partial<T>) }
}
