import type { RouteShape } from '#contracts/http/route.ts'
import { idPrefixes } from '#domain/ids.ts'
import type { HttpResult } from '../runtime/http-function.ts'

/** The version of what is answered; a schedule's detail has that of the schedule, because that is what a person can change. */
const versionOf = (body: unknown): number | undefined => {
  const { version, schedule } = (body ?? {}) as { version?: number; schedule?: { version: number } }
  return version ?? schedule?.version
}

/** Where a thing lives, by the prefix of its id; elsewhere below the path that made it. */
const collections: Readonly<Record<string, string>> = {
  [idPrefixes.run]: 'runs',
  [idPrefixes.schedule]: 'schedules',
  [idPrefixes.reservation]: 'reservations',
  [idPrefixes.outage]: 'outages',
}

const locationOf = (rawPath: string, body: unknown): string | undefined => {
  const { id } = (body ?? {}) as { id?: string }
  if (id === undefined) return undefined
  const workspace = rawPath.split('/').slice(0, 4).join('/')
  // A trigger makes a run, a conflict's resolution a reservation: each lives in its own collection, wherever it was made.
  const collection = collections[id.slice(0, id.indexOf('_'))]
  return collection === undefined ? `${rawPath}/${id}` : `${workspace}/${collection}/${id}`
}

/** The answer of success, with ETag and Location where the route has them. */
export const respond = (route: RouteShape, rawPath: string, body: unknown): HttpResult => {
  if (route.produces !== undefined)
    return {
      statusCode: route.status,
      headers: { 'cache-control': 'no-store', 'content-type': route.produces },
      body: String(body),
    }
  const version = versionOf(body)
  const location = route.creates && locationOf(rawPath, body)
  return {
    statusCode: route.status,
    headers: {
      'cache-control': 'no-store',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(version !== undefined && { etag: `"${version}"` }),
      ...(location && { location }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}
