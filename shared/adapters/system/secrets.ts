import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '#application/world.ts'

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** 192 random bits, so that a plain digest is enough: there is nothing to guess. */
export const systemSecrets: Secrets = {
  make: () => {
    const secret = randomBytes(24).toString('base64url')
    return { secret, digest: digestOf(secret) }
  },
  matches: (secret, digest) => {
    const [given, kept] = [Buffer.from(digestOf(secret)), Buffer.from(digest)]
    return given.length === kept.length && timingSafeEqual(given, kept)
  },
}
