import { lookup as lookUp } from 'node:dns'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** The address is one to which nothing is sent; trying again does not help. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

export type Posted = { readonly status: number; readonly body: string }

const mostRead = 16 * 1024

/** Looks a name up, and lets only public addresses through: at the moment of the connection, so that no name can change after it was looked at. */
const publicLookup: LookupFunction = (host, options, done) =>
  lookUp(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '', 0)
    const open = addresses.filter(({ address }) => isPublicAddress(address))
    const [first] = open
    if (!first)
      return done(new AddressRefused(`${host} is an address inside a private network; nothing is sent there.`), '', 0)
    if (options.all) return (done as (error: null, found: typeof open) => void)(null, open)
    done(null, first.address, first.family)
  })

/** What got in the way, in words: none are given where several addresses of a name were tried, nor are those for waiting plain. */
export const whatFailed = (error: unknown, isLate: boolean, timeoutMs: number): unknown => {
  if (error instanceof AddressRefused) return error
  if (isLate) return new Error(`There was no whole answer within ${timeoutMs / 1_000} seconds.`)
  return error instanceof AggregateError && error.message === ''
    ? new Error(error.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; '))
    : error
}

/**
 * POSTs JSON to an address that a person gave. Follows no redirects, reads little, waits not long. `anywhere`: private networks
 * and plain HTTP too, for an installation that is closed to strangers.
 * @throws AddressRefused; any other error means that it did not get through
 */
export const post = async (
  address: string,
  body: string,
  of: { readonly headers?: Record<string, string>; readonly timeoutMs: number; readonly anywhere: boolean },
): Promise<Posted> => {
  const url = new URL(address)
  const { hostname, protocol } = url
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (!of.anywhere && protocol !== 'https:')
    throw new AddressRefused(`${address} is not encrypted; only https is used.`)
  if (!of.anywhere && isIP(bare) !== 0 && !isPublicAddress(bare))
    throw new AddressRefused(`${bare} is inside a private network; nothing is sent there.`)
  // Imported where it is used: in the cloud it never is, and it would take 20 ms of each start.
  const send = protocol === 'https:' ? httpsRequest : (await import('node:http')).request
  const signal = AbortSignal.timeout(of.timeoutMs)
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void => reject(whatFailed(error, signal.aborted, of.timeoutMs))
    const request = send(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Benchtime',
          'content-length': Buffer.byteLength(body),
          ...of.headers,
        },
        ...(!of.anywhere && { lookup: publicLookup }),
        signal,
        agent: false,
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          // Enough; whoever answers without end is not listened to.
          if (text.length > mostRead) {
            resolve({ status: response.statusCode ?? 0, body: text.slice(0, mostRead) })
            response.destroy()
          }
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        response.on('error', failed)
      },
    )
    request.on('error', failed)
    request.end(body)
  })
}
