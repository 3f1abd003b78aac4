import { type Reason, Refusal } from '#domain/errors.ts'
import type { OrderId } from '#domain/ids.ts'
import { type Decision, refusalOf } from '#domain/proposals/transitions.ts'
import type { Assignment, Entry } from './read-assignment.ts'

export type Refused = { readonly entry: Entry; readonly reason: Reason }
export type Chosen = { readonly chosen: readonly Entry[]; readonly refused: readonly Refused[] }

/**
 * The orders that are named, as far as it may be done to them; where none are, all for which it is meant.
 * @throws Refusal `invalid` (orders that are not in the plan), `invalid_state` (it may be done to none of those that are named)
 */
export const choose = (
  { plan, entries }: Assignment,
  orderIds: readonly OrderId[] | undefined,
  decision: Decision,
  isMeant: (entry: Entry) => boolean,
): Chosen => {
  if (!orderIds) return { chosen: [...entries.values()].filter(isMeant), refused: [] }
  const foreign = orderIds.filter((id) => !entries.has(id))
  if (foreign.length > 0)
    throw new Refusal('invalid', `The plan has nothing for ${foreign.join(', ')}. Nothing was done.`, {
      reasons: foreign.map((id) => ({
        code: 'not-in-plan',
        message: `no proposal for order ${id} in this plan`,
        path: `/orderIds/${orderIds.indexOf(id)}`,
      })),
    })
  const named = [...new Set(orderIds)].flatMap((id) => entries.get(id) ?? [])
  const refused = named.flatMap((entry) => {
    const reason = refusalOf(entry.orderId, entry.stage, decision)
    return reason ? [{ entry, reason }] : []
  })
  if (named.length > 0 && refused.length === named.length)
    throw new Refusal(
      'invalid_state',
      refused
        .map(({ reason }) => reason.message)
        .join(' ')
        .slice(0, 1_000),
      {
        reasons: refused.map(({ reason }) => reason),
        current: plan,
      },
    )
  const not = new Set(refused.map(({ entry }) => entry))
  return { chosen: named.filter((entry) => !not.has(entry)), refused }
}
