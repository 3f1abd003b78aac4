import { readFeed } from '#application/feeds/read-feed.ts'
import type { World } from '#application/world.ts'
import { feedRoutes } from '#contracts/http/routes/feeds.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import { compile, matchRoute } from '../api/match-route.ts'
import { httpFunction } from '../runtime/http-function.ts'

const table = compile({ readFeed: feedRoutes.readFeed })

/** Answers with the calendar, or that it has not changed since the caller read it. */
export const feedFunction = (world: Pick<World, 'store' | 'clock' | 'secrets'>) =>
  httpFunction('feeds', async ({ rawPath, headers = {}, requestContext }) => {
    const { route, params } = matchRoute(table, requestContext.http.method, rawPath)
    const text = await readFeed(params.feedToken ?? '', world)
    const etag = `"${fingerprint(text)}"`
    const known = (headers['if-none-match'] ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
    // Private: a secret address must not be kept by a cache between.
    const common = { etag, 'cache-control': 'private, max-age=0, must-revalidate' }
    if (known.includes(etag) || known.includes('*')) return { statusCode: 304, headers: common }
    return {
      statusCode: 200,
      headers: { ...common, 'content-type': route.produces ?? 'text/plain' },
      body: text,
    }
  })
