import type { AgentClock } from '../core/ports.ts'
import { posixTree } from './posix-tree.ts'
import { windowsTree } from './windows-tree.ts'

/** A program with all that it has started, found again by the number of the keeper that leads it. */
export type ProcessTree = {
  /** Tells one boot of the machine from another: another boot has other processes under the same numbers. */
  bootId(): string
  /** Whether anything of it is alive. */
  alive(leader: number): Promise<boolean>
  /** Asks all of it to end, or ends it; what is gone already is fine. */
  signal(leader: number, how: 'ask' | 'kill'): Promise<void>
}

export const processTree = (platform: NodeJS.Platform = process.platform): ProcessTree =>
  platform === 'win32' ? windowsTree() : posixTree

export type Stopping = {
  /** Between the request to stop and the kill. */
  readonly graceMs: number
  readonly clock: AgentClock
  readonly tree: ProcessTree
}

/** How often the end of a tree that is being stopped is looked for. */
const lookEveryMs = 200

/** Asks all of it to stop, then kills it; resolves when nothing of it is left. */
export const stopTree = (leader: number, { clock, graceMs, tree }: Stopping): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const began = clock.monotonic()
  let killed = false
  const look = async (): Promise<void> => {
    if (!(await tree.alive(leader))) return resolve()
    if (!killed && clock.monotonic() - began >= graceMs) {
      killed = true
      await tree.signal(leader, 'kill')
    }
    clock.after(lookEveryMs, () => void look().catch(reject))
  }
  tree.signal(leader, 'ask').then(look).catch(reject)
  return promise
}
