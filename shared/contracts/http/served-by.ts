import { type RouteId, type Routes, routes } from './routes.ts'

/**
 * Which function answers a route, by what it needs to be trusted with: what is open to everybody needs nothing; reading needs
 * the table and no right to write it, and so do calendars behind secret addresses, which are asked without a token; changes of schedules need EventBridge Scheduler; what is reserved needs the table alone; operations start, stop and wake;
 * agents get certificates from AWS IoT; everything else (people, protocols) needs the table alone, too.
 */
type UpTo<Text, Mark extends string> = Text extends `${infer Name}${Mark}${string}` ? Name : Text
type Collection<Path> = Path extends `/v1/workspaces/{workspaceId}/${infer Rest}` ? UpTo<UpTo<Rest, '/'>, ':'> : never

/** Collections whose changes a function of their own makes. */
const changedBy = {
  schedules: 'schedules',
  calendars: 'bookings',
  assets: 'bookings',
  reservations: 'bookings',
  'asset-types': 'bookings',
  'asset-groups': 'bookings',
  quotas: 'bookings',
  waivers: 'bookings',
  conflicts: 'bookings',
  waitlist: 'bookings',
  series: 'bookings',
  outages: 'bookings',
  feeds: 'bookings',
  runs: 'operations',
  recoveries: 'operations',
  'emergency-stops': 'operations',
  'health-checks': 'operations',
  agents: 'enrolment',
} as const
type ChangedBy = typeof changedBy

/** Collections that one function answers alone, reading included: what is told of them is theirs to leave out, or adds up. */
const keptBy = {
  contacts: 'api',
  subscriptions: 'api',
  notifications: 'api',
  artifacts: 'api',
  metrics: 'api',
  status: 'api',
  analysis: 'api',
  queue: 'api',
} as const
type KeptBy = typeof keptBy

/** Asked with POST because the question is long; nothing is changed. */
const questions = ['previewSchedule', 'checkReservation', 'findTimes', 'previewOutage'] as const
type Question = (typeof questions)[number]

export type ServedBy<K extends RouteId> = K extends Question
  ? 'reads'
  : Routes[K]['access'] extends 'public'
    ? K extends 'readFeed'
      ? 'feeds'
      : 'front'
    : [Collection<Routes[K]['path']>] extends [infer C extends keyof KeptBy]
      ? [C] extends [never]
        ? Otherwise<K>
        : KeptBy[C]
      : Otherwise<K>

type Otherwise<K extends RouteId> = Routes[K]['method'] extends 'GET'
  ? 'reads'
  : [Collection<Routes[K]['path']>] extends [infer C extends keyof ChangedBy]
    ? [C] extends [never]
      ? 'api'
      : ChangedBy[C]
    : 'api'
export type ApiFunction = ServedBy<RouteId>

/** The routes that one function answers. */
export type RoutesOf<F extends ApiFunction> = {
  readonly [K in RouteId as ServedBy<K> extends F ? K : never]: Routes[K]
}

/** The same for the gateway. */
export const servedBy = (id: RouteId): ApiFunction => {
  const { method, path, access } = routes[id]
  // Open to whoever has the address; it reads the table, so it is not the front's.
  if (access === 'public') return id === 'readFeed' ? 'feeds' : 'front'
  const [, , , , collection = ''] = path.split(/[/:]/)
  if (collection in keptBy) return keptBy[collection as keyof KeptBy]
  if (method === 'GET' || (questions as readonly string[]).includes(id)) return 'reads'
  return collection in changedBy ? changedBy[collection as keyof ChangedBy] : 'api'
}
