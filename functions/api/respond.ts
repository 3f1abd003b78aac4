import type { RouteShape } from '#contracts/http/route.ts'
import type { HttpResult } from '../runtime/http-function.ts'

/** The version of what is answered; a schedule's detail has that of the schedule, because that is what a person can change. */
const versionOf = (body: unknown): number | undefined => {
  const { version, schedule } = (body ?? {}) as { version?: number; schedule?: { version: number } }
  return version ?? schedule?.version
}

const locationOf = (rawPath: string, body: unknown): string | undefined => {
  const { id } = (body ?? {}) as { id?: string }
  if (id === undefined) return undefined
  const workspace = rawPath.split('/').slice(0, 4).join('/')
  // A trigger makes a run, which lives among the runs; a copy of a schedule lives among the schedules.
  if (id.startsWith('run_')) return `${workspace}/runs/${id}`
  return id.startsWith('sch_') ? `${workspace}/schedules/${id}` : `${rawPath}/${id}`
}

/** The answer of success, with ETag and Location where the route has them. */
export const respond = (route: RouteShape, rawPath: string, body: unknown): HttpResult => {
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
