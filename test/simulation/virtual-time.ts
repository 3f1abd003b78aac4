/**
 * A clock that jumps from one timer to the next. Between two timers everything that can go on goes on: promises are driven
 * until nothing moves, so a history depends on the seed alone.
 */
export type VirtualTime = {
  now(): number
  after(ms: number, call: () => void): () => void
  sleep(ms: number): Promise<void>
  /** Runs until the given moment. */
  runUntil(ms: number): Promise<void>
}

type Timer = { at: number; order: number; call: () => void; cancelled: boolean }

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const createVirtualTime = (startMs: number): VirtualTime => {
  let now = startMs
  let order = 0
  // A binary heap by time, then by order of making.
  const heap: Timer[] = []
  const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
  const push = (timer: Timer): void => {
    heap.push(timer)
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1
      const [a, b] = [heap[i], heap[parent]]
      if (!a || !b || !before(a, b)) break
      heap[i] = b
      heap[parent] = a
      i = parent
    }
  }
  const pop = (): Timer | undefined => {
    const [top] = heap
    const last = heap.pop()
    if (!top || !last || heap.length === 0) return top
    heap[0] = last
    for (let i = 0; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        const [a, b] = [heap[child], heap[least]]
        if (a && b && before(a, b)) least = child
      }
      const [a, b] = [heap[i], heap[least]]
      if (least === i || !a || !b) break
      heap[i] = b
      heap[least] = a
      i = least
    }
    return top
  }
  const after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: now + Math.max(0, Math.round(ms)), order: order++, call, cancelled: false }
    push(timer)
    return () => {
      timer.cancelled = true
    }
  }
  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    runUntil: async (ms) => {
      await settle()
      for (let [first] = heap; first && first.at <= ms; [first] = heap) {
        const timer = pop()
        if (!timer || timer.cancelled) continue
        now = timer.at
        timer.call()
        await settle()
      }
      now = Math.max(now, ms)
    },
  }
}
