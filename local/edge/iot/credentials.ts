import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Per-agent credentials of the laptop's broker: where AWS has certificates, the laptop has a password derived from the thing's name. */
export type BrokerCredentials = { passwordOf(thing: string): string; isRight(thing: string, password: string): boolean }

export const openBrokerCredentials = (dataDir: string): BrokerCredentials => {
  const path = join(dataDir, 'broker.secret')
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600 })
  }
  const secret = readFileSync(path, 'utf8')
  const passwordOf = (thing: string): string => createHmac('sha256', secret).update(thing).digest('base64url')
  return {
    passwordOf,
    isRight: (thing, password) => {
      const right = Buffer.from(passwordOf(thing))
      const given = Buffer.from(password)
      return right.length === given.length && timingSafeEqual(right, given)
    },
  }
}
