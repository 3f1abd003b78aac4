import type { Keys, Kind, Store } from '../world.ts'

type Read = Promise<unknown>

/** A store that reads each thing once, for a use case that looks at many which name the same few. */
export const readOnce = (store: Store): Store => {
  const seen = new Map<string, Read>()
  const nameOf = (kind: Kind, key: object): string => `${kind} ${JSON.stringify(key)}`

  const getMany = async <K extends Kind>(kind: K, keys: readonly Keys[K][]) => {
    const unseen = new Map(
      keys.flatMap((key) => (seen.has(nameOf(kind, key)) ? [] : [[nameOf(kind, key), key] as const])),
    )
    const read = unseen.size > 0 ? store.getMany(kind, [...unseen.values()]) : undefined
    for (const [index, name] of [...unseen.keys()].entries())
      seen.set(name, read?.then((found) => found[index]) as Read)
    return (await Promise.all(keys.map((key) => seen.get(nameOf(kind, key))))) as Awaited<
      ReturnType<typeof store.getMany<K>>
    >
  }

  const rulebooks = new Map<string, ReturnType<Store['rulebook']>>()
  return {
    ...store,
    getMany,
    get: async (kind, key) => (await getMany(kind, [key]))[0],
    rulebook: (workspaceId) => {
      const rulebook = rulebooks.get(workspaceId) ?? store.rulebook(workspaceId)
      rulebooks.set(workspaceId, rulebook)
      return rulebook
    },
  }
}
