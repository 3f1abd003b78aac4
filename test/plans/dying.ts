import type { Laboratory } from '../api/laboratory.ts'

/** Does something while the store dies at one of its writes, before it or after it. @returns whether it got so far */
export const dyingAt = async (lab: Laboratory, write: number, what: () => Promise<unknown>): Promise<boolean> => {
  const { store } = lab.world
  const original = store.commit
  let commits = 0
  store.commit = async (changes) => {
    commits += 1
    if (commits === write && write % 2 === 0) throw new Error('died')
    const result = await original(changes)
    if (commits === write) throw new Error('died')
    return result
  }
  await what().catch(() => undefined)
  store.commit = original
  return commits >= write
}
