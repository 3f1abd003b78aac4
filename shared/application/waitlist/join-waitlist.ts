import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { WaitlistEntryId, WorkspaceId } from '#domain/ids.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import type { WaitlistEntry } from '#domain/waitlist/entry.ts'
import { type Role, roleAllows } from '#domain/workspaces/workspace.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { cancelChanges } from '../reservations/cancel-changes.ts'
import { horizonMs } from '../reservations/horizon.ts'
import { candidatesOf, describeWanted } from '../reservations/wanted.ts'
import type { Change, World } from '../world.ts'

type WaitWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Wish = Pick<WaitlistEntry, 'assets' | 'durationMinutes' | 'from' | 'to' | 'holdMinutes'> & {
  readonly [K in 'setup' | 'project' | 'note']?: WaitlistEntry[K] | undefined
}

/** Longer windows would be searched whenever something becomes free. */
const longestWindowDays = 31

const refuse = (code: string, message: string, path: string): Refusal =>
  new Refusal('invalid', `${message[0]?.toUpperCase()}${message.slice(1)}.`, { reasons: [{ code, message, path }] })

const checkWish = ({ durationMinutes, from, to }: Wish, nowMs: number): void => {
  if (msOf(to) - msOf(from) < minutes(durationMinutes))
    throw refuse('window-too-short', 'the window is shorter than what is waited for', '/to')
  if (msOf(to) <= nowMs) throw refuse('in-the-past', `the window is over; it is ${instantOf(nowMs)} now`, '/to')
  if (msOf(to) - msOf(from) > longestWindowDays * 86_400_000)
    throw refuse('window-too-long', `a window has ${longestWindowDays} days at most`, '/to')
  if (msOf(to) > nowMs + horizonMs)
    throw refuse('beyond-horizon', `nothing can be booked later than ${instantOf(nowMs + horizonMs)}`, '/to')
}

/** Nobody waits for what is not there. @throws Refusal `invalid` */
const checkAssets = async (workspaceId: WorkspaceId, { assets }: Wish, world: Pick<World, 'store'>): Promise<void> => {
  const candidates = await candidatesOf(workspaceId, assets, world)
  const ids = [...new Set(candidates.flat())].slice(0, 100)
  const found = await world.store.getMany(
    'asset',
    ids.map((id) => ({ workspaceId, id })),
  )
  const there = new Set(found.flatMap((asset) => asset?.id ?? []))
  const missing = assets.findIndex((_, index) => !(candidates[index] ?? []).some((id) => there.has(id)))
  const want = assets[missing]
  if (want) throw refuse('unknown-asset', `there is no ${describeWanted(want)} in this workspace`, `/assets/${missing}`)
}

/** Waits for time; whoever asked first is first in line. @throws Refusal `invalid` */
export const joinWaitlist = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly wish: Wish },
  world: WaitWorld,
): Promise<WaitlistEntry> => {
  const { workspaceId, actor, wish } = input
  checkWish(wish, world.clock.now())
  await checkAssets(workspaceId, wish, world)
  const subject = actorName(actor)
  const entry: WaitlistEntry = {
    ...(Object.fromEntries(Object.entries(wish).filter(([, field]) => field !== undefined)) as Wish & object),
    workspaceId,
    id: `wtl_${world.ids.unique()}`,
    subject,
    status: 'waiting',
    version: 1,
    createdAt: instantOf(world.clock.now()),
    createdBy: subject,
  } as WaitlistEntry
  const committed = await world.store.commit([
    { type: 'put', kind: 'waitlistEntry', value: entry, expect: 'absent' },
    auditOf(world, { workspaceId, subject: entry.id, action: 'waitlist.joined', actor, after: entry }),
  ])
  if (!committed.committed) throw new Refusal('contended', 'Nothing was stored; try again.')
  return entry
}

/** The entry in its next state, with its history entry. */
export const entryChanges = (
  before: WaitlistEntry,
  after: Omit<WaitlistEntry, 'version'>,
  action: string,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): { readonly after: WaitlistEntry; readonly changes: Change[] } => {
  const value: WaitlistEntry = { ...after, version: before.version + 1 }
  const { workspaceId, id } = before
  return {
    after: value,
    changes: [
      { type: 'put', kind: 'waitlistEntry', value, expect: before.version },
      auditOf(world, { workspaceId, subject: id, action, actor, before, after: value }),
    ],
  }
}

/** Waits no more; what was offered is given back. Twice is success. @throws Refusal `not_found`, `forbidden`, `invalid_state` */
export const leaveWaitlist = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: WaitlistEntryId
    readonly actor: Actor
    readonly role: Role | undefined
  },
  world: WaitWorld,
): Promise<WaitlistEntry> =>
  transact(world, async () => {
    const { workspaceId, id, actor, role } = input
    const entry = await world.store.get('waitlistEntry', { workspaceId, id })
    if (!entry) throw notFound('waitlist entry', id)
    if (entry.status === 'withdrawn') return { changes: [], result: entry }
    if (entry.subject !== actorName(actor) && !(role && roleAllows(role, 'manager')))
      throw new Refusal('forbidden', `${entry.subject} waits. Ask them, or a manager, to leave the line.`)
    if (entry.status === 'taken' || entry.status === 'lapsed')
      throw new Refusal('invalid_state', `This entry is ${entry.status}; it waits for nothing any more.`, {
        current: entry,
      })
    const held = entry.offer && (await world.store.get('reservation', { workspaceId, id: entry.offer.reservationId }))
    const given =
      held?.status === 'held' ? cancelChanges(held, { actor, note: 'Not wanted any more.' }, world).changes : []
    const { offer: _offer, ...rest } = entry
    const { after, changes } = entryChanges(entry, { ...rest, status: 'withdrawn' }, 'waitlist.left', actor, world)
    return { changes: [...changes, ...given], result: after }
  })
