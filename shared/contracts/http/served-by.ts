import { type RouteId, type Routes, routes } from './routes.ts'

/**
 * Which function answers a route, by what it needs to be trusted with: what is open to everybody needs nothing; reading needs
 * the table and no right to write it (two functions, because of their size), and so do calendars behind secret addresses,
 * which are asked without a token; changes of schedules need EventBridge Scheduler; what is reserved needs the table alone;
 * operations start, stop and wake; planning starts executions that plan, and writes their times; approvals commit, as slots do; agents get certificates from
 * AWS IoT; people and their duties, and everything else (members, protocols), need the table alone, too.
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
  connectors: 'api',
  orders: 'orders',
  'order-templates': 'orders',
  'order-types': 'orders',
  batches: 'orders',
  migrations: 'orders',
  'legacy-orders': 'orders',
  plans: 'planner',
  'planning-runs': 'planning',
  'planning-routines': 'planning',
  slots: 'slots',
  proposals: 'proposals',
  people: 'roster',
  rotations: 'roster',
  'duty-exceptions': 'roster',
  attendance: 'roster',
  'roster-settings': 'roster',
  verifications: 'roster',
  timetable: 'slots',
} as const
type KeptBy = typeof keptBy

/** Collections that the calendar is made of: what is there, what is booked, what is free. */
const readBy = {
  calendars: 'availability',
  assets: 'availability',
  reservations: 'availability',
  'asset-types': 'availability',
  'asset-groups': 'availability',
  quotas: 'availability',
  waivers: 'availability',
  conflicts: 'availability',
  waitlist: 'availability',
  series: 'availability',
  outages: 'availability',
  feeds: 'availability',
  usage: 'availability',
  horizon: 'availability',
  notices: 'availability',
} as const
type ReadBy = typeof readBy

/** Routes of a collection that another function answers, because they need more, or because it has the room: tables of assets are read where tables of people are. */
const elsewhere = { commitPlan: 'slots', approveProposals: 'approvals', importAssets: 'roster' } as const
type Elsewhere = typeof elsewhere

/** Asked with POST because the question is long; nothing is changed. */
const questions = ['previewSchedule', 'checkReservation', 'findTimes', 'previewOutage'] as const
type Question = (typeof questions)[number]

/** What a table says of a collection; `Or` where it says nothing, and of what is in no collection. */
type Said<Table, C, Or> = [C] extends [never] ? Or : C extends keyof Table ? Table[C] : Or

type Asked<K extends RouteId> = Said<ReadBy, Collection<Routes[K]['path']>, 'reads'>

export type ServedBy<K extends RouteId> = K extends keyof Elsewhere
  ? Elsewhere[K]
  : K extends Question
    ? Asked<K>
    : Routes[K]['access'] extends 'public'
      ? K extends 'readFeed'
        ? 'feeds'
        : 'front'
      : Said<
          KeptBy,
          Collection<Routes[K]['path']>,
          Routes[K]['method'] extends 'GET' ? Asked<K> : Said<ChangedBy, Collection<Routes[K]['path']>, 'api'>
        >
export type ApiFunction = ServedBy<RouteId>

/** The routes that one function answers. */
export type RoutesOf<F extends ApiFunction> = {
  readonly [K in RouteId as ServedBy<K> extends F ? K : never]: Routes[K]
}

const said = <T extends object, O>(table: T, collection: string, or: O): T[keyof T] | O =>
  Object.hasOwn(table, collection) ? table[collection as keyof T] : or

/** The same for the gateway. */
export const servedBy = (id: RouteId): ApiFunction => {
  const { method, path, access } = routes[id]
  // Open to whoever has the address; it reads the table, so it is not the front's.
  if (access === 'public') return id === 'readFeed' ? 'feeds' : 'front'
  if (id in elsewhere) return elsewhere[id as keyof Elsewhere]
  const [, , , , collection = ''] = path.split(/[/:]/)
  const asked = said(readBy, collection, 'reads' as const)
  if ((questions as readonly string[]).includes(id)) return asked
  return said(keptBy, collection, method === 'GET' ? asked : said(changedBy, collection, 'api' as const))
}
