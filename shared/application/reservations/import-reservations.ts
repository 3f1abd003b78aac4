import type { Actor } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { ReservationId, WorkspaceId } from '#domain/ids.ts'
import { standing } from '#domain/rules/judge.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { type Booking, bookingChanges, judgeBooking } from './book-reservation.ts'
import type { Wanted } from './wanted.ts'

/** One booking as a file says it. */
export type ImportedBooking = {
  readonly subject: string
  readonly assets: readonly Wanted[]
  readonly start: string
  readonly end: string
  readonly note?: string | undefined
  readonly project?: string | undefined
  readonly setup?: string | undefined
}
export type ImportedBookings = {
  readonly dryRun: boolean
  readonly booked: readonly { readonly line: number; readonly reservationId?: ReservationId }[]
  readonly problems: readonly (Reason & { readonly line: number })[]
}

type Importing = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly role: Role | undefined
  readonly bookings: readonly ImportedBooking[]
  readonly dryRun: boolean
  /** What collides is booked all the same, and is a conflict. */
  readonly force: boolean
}

/** What an import may set aside, where it is told to: it carries over what was agreed elsewhere. */
const forced = ['asset-busy', 'too-close'] as const
const agreed = ['closed', 'too-short', 'too-long', 'off-grid', 'short-notice', 'too-early', 'needs-approval'] as const

const bookingOf = ({ workspaceId, actor, role, force }: Importing, one: ImportedBooking): Booking => ({
  workspaceId,
  actor,
  role,
  ...one,
  override: { codes: [...agreed, ...(force ? forced : [])], reason: 'Imported' },
})

/** The same line of the same file is the same reservation, so importing a file again books nothing twice. */
const idOf = (one: ImportedBooking): ReservationId =>
  `res_imp${fingerprint([one.subject, one.assets, one.start, one.end, one.note ?? null])}`

const problemsOf = async (input: Importing, world: Pick<World, 'store' | 'clock'>) => {
  const problems: (Reason & { line: number })[] = []
  for (const [index, one] of input.bookings.entries()) {
    const line = index + 1
    const { workspaceId } = input
    if (!(await world.store.get('member', { workspaceId, subject: one.subject }))) {
      problems.push({
        line,
        code: 'unknown-member',
        message: `${one.subject} is no member of this workspace`,
        path: '/subject',
      })
      continue
    }
    const known = await world.store.get('reservation', { workspaceId, id: idOf(one) })
    if (known) continue
    const { violations } = await judgeBooking(bookingOf(input, one), world)
    for (const { waivedBy: _none, ...found } of standing(violations)) problems.push({ line, ...found })
  }
  return problems
}

/**
 * Carries bookings over from elsewhere. Every line is judged first by the rules, and where one cannot be, nothing is booked; a
 * dry run is the same without booking. With `force` what collides is booked too, and is a conflict from the first moment.
 * Lines that collide with one another are found when they are booked: those before stay, and importing again goes on.
 * @throws Refusal `invalid` with every problem by its line
 */
export const importReservations = async (
  input: Importing,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<ImportedBookings> => {
  const { workspaceId, bookings, dryRun } = input
  const problems = await problemsOf(input, world)
  if (dryRun) return { dryRun, booked: bookings.map((_, index) => ({ line: index + 1 })), problems }
  if (problems.length > 0)
    throw new Refusal(
      'invalid',
      `Nothing was imported: ${problems.length} problem(s). The first is on line ${problems[0]?.line}: ${problems[0]?.message}.`,
      {
        reasons: problems.slice(0, 200).map(({ line, ...reason }) => ({ ...reason, facts: { ...reason.facts, line } })),
      },
    )
  const booked: { line: number; reservationId: ReservationId }[] = []
  for (const [index, one] of bookings.entries()) {
    const id = idOf(one)
    await transact<unknown>(world, async () =>
      (await world.store.get('reservation', { workspaceId, id }))
        ? { changes: [], result: undefined }
        : bookingChanges(bookingOf(input, one), id, world),
    )
    booked.push({ line: index + 1, reservationId: id })
  }
  return { dryRun, booked, problems }
}
