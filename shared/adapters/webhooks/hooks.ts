import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import { Answered } from '#application/common/answered.ts'
import { Undeliverable } from '#application/notifications/undeliverable.ts'
import type { Clock, Hooks } from '#application/world.ts'
import { AddressRefused, post } from './post.ts'
import { isPublicAddress } from './public-address.ts'

const usualTimeoutMs = 10_000

/** Names that mean this machine or this network, whoever asks. */
const inside = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|test|invalid|example)$/i

/**
 * Webhooks. Each message is signed: `Benchtime-Signature: t=<seconds>,v1=<hex>`, where the hex is the HMAC-SHA-256, under the
 * secret of the channel, of the seconds, a dot and the body as it is. Whoever receives it refuses what is older than some minutes.
 */
export const createHooks = (clock: Clock, anywhere: boolean, timeoutMs = usualTimeoutMs): Hooks => ({
  refusal: (address) => {
    if (anywhere) return undefined
    const { protocol, hostname } = new URL(address)
    const bare = hostname.replace(/^\[|\]$/g, '')
    if (protocol !== 'https:') return 'only addresses that begin with https:// are used'
    if (isIP(bare) !== 0 ? !isPublicAddress(bare) : inside.test(bare) || !bare.includes('.'))
      return 'it lies in a private network, and nothing is sent there'
    return undefined
  },
  post: async (url, secret, id, body) => {
    const text = JSON.stringify(body)
    const seconds = Math.floor(clock.now() / 1000)
    const signature = createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex')
    const headers = { 'benchtime-id': id, 'benchtime-signature': `t=${seconds},v1=${signature}` }
    const posted = await post(url, text, { headers, timeoutMs, anywhere }).catch((error: unknown) => {
      if (error instanceof AddressRefused) throw new Undeliverable(error.message)
      throw error
    })
    const { status, body: answer } = posted
    if (status >= 200 && status <= 299) return answer
    // Gone for good; anything else may pass.
    if (status === 410) throw new Undeliverable('The address answered 410: it is gone.')
    throw new Answered(status, answer)
  },
})
