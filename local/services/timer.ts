/** setTimeout without its limit of 24.8 days (a longer delay would fire at once). Does not keep the process alive. */
const longest = 2_147_483_647

export type Timer = { cancel(): void }

export const after = (ms: number, act: () => void): Timer => {
  let handle: NodeJS.Timeout
  const arm = (rest: number): void => {
    handle = setTimeout(() => (rest > longest ? arm(rest - longest) : act()), Math.min(Math.max(0, rest), longest))
    handle.unref()
  }
  arm(ms)
  return { cancel: () => clearTimeout(handle) }
}
