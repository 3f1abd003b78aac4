import * as z from 'zod'

/** Domains that are set apart and receive no mail (RFC 2606, RFC 6761). */
const nowhere = /(?:^|\.)(?:test|example|invalid|localhost|local|internal|onion|example\.(?:com|net|org))$/i

/** An address to which mail can be sent, as far as its text tells; whether anybody reads it, the verification finds out. */
export const emailAddressSchema = z
  .string()
  .max(254)
  .check(z.email({ error: 'expected an e-mail address such as kim@laboratory.org' }))
  .refine((text) => !nowhere.test(text.slice(text.lastIndexOf('@') + 1)), {
    error: 'mail to this domain reaches nobody; it is set apart for examples and tests',
  })
  .meta({ description: 'E-mail address', examples: ['kim@laboratory.org'] })

export const webhookUrlSchema = z
  .url({ protocol: /^https?$/, error: 'expected an address that begins with https://' })
  .max(500)
  .refine((text) => !/^https?:\/\/[^/?#]*@/i.test(text), {
    error: 'put no name and password into the address; each message is signed instead',
  })
  .meta({ description: 'Where messages are sent with POST' })
