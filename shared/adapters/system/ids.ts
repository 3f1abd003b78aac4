import { randomBytes } from 'node:crypto'
import type { Ids } from '#application/world.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

const encode = (value: bigint, length: number): string => {
  let text = ''
  for (let rest = value; text.length < length; rest >>= 5n) text = `${alphabet[Number(rest & 31n)]}${text}`
  return text
}

/**
 * Ids in the manner of ULID: 48 bits of time and 80 random bits as 26 characters of Crockford's base 32, in lower case.
 * Within a millisecond the random part counts up, so that later ids are greater.
 */
export const createIds = (
  now: () => number = Date.now,
  random: () => bigint = () => BigInt(`0x${randomBytes(10).toString('hex')}`),
): Ids => {
  let lastMs = 0
  let tail = 0n
  return {
    unique: () => {
      const ms = Math.max(now(), lastMs)
      tail = ms === lastMs ? (tail + 1n) & ((1n << 80n) - 1n) : random()
      lastMs = ms
      return `${encode(BigInt(ms), 10)}${encode(tail, 16)}`
    },
  }
}
