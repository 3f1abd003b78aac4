/** A small generator of random numbers that gives the same sequence for the same seed. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ 0x5bd1e995) | 0 || 1
    for (let round = 0; round < 8; round++) this.next()
  }

  /** An integer from 0 up to 2^32. */
  next(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return x >>> 0
  }

  /** A number from 0 up to 1. */
  unit(): number {
    return this.next() * 2.3283064365386963e-10
  }

  /** An integer from 0 up to `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * 2.3283064365386963e-10 * limit)
  }
}
