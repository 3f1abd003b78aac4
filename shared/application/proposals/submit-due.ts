import type { ConnectorId, WorkspaceId } from '#domain/ids.ts'
import type { Connector } from '#domain/proposals/connector.ts'
import { isUnsettled, type Proposal } from '#domain/proposals/proposal.ts'
import { nextSubmitMs, type Outcome, submittingForMs, urgencyOf } from '#domain/proposals/submission.ts'
import { instantOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import type { Deadline } from '../common/deadline.ts'
import type { World } from '../world.ts'
import { describeSubmission, type ItemsOf, readingItems } from './describe-submission.ts'
import { proposalChanges, type Said } from './proposal-changes.ts'
import { submitterOf } from './submitters.ts'

type SubmitWorld = Pick<World, 'store' | 'clock' | 'ids' | 'hooks'>
type Submitting = Proposal & { readonly submission: NonNullable<Proposal['submission']> }

const actor = system('connector')

const isToSubmit = (proposal: Proposal): proposal is Submitting =>
  proposal.status === 'approved' && !isUnsettled(proposal) && proposal.submission !== undefined

const saidBy = ({ status, by, at, reason, for: whom, slotId, gaveUp, submission, dueAt }: Submitting): Said => ({
  status,
  by,
  at,
  ...(reason !== undefined && { reason }),
  ...(whom && { for: whom }),
  ...(slotId && { slotId }),
  ...(gaveUp && { gaveUp }),
  submission,
  ...(dueAt !== undefined && { dueAt }),
})

/** @returns it in its next version; undefined where another was faster */
const write = async (
  before: Submitting,
  said: Said,
  action: string,
  world: SubmitWorld,
): Promise<Submitting | undefined> => {
  const { workspaceId, planId, orderId } = before
  const changes = proposalChanges(
    { workspaceId, id: planId },
    { orderId, proposal: before },
    said,
    action,
    actor,
    world,
  )
  if (!(await world.store.commit(changes)).committed) return undefined
  const [put] = changes
  return put?.type === 'put' && put.kind === 'proposal' ? (put.value as Submitting) : undefined
}

/** What it is after a try. */
const after = (taken: Submitting, outcome: Outcome, nowMs: number): { said: Said; action: string } => {
  const { dueAt: _due, submission, ...said } = saidBy(taken)
  if (submission && outcome.kind === 'taken') {
    const { reference } = outcome
    const sent = { ...submission, sentAt: instantOf(nowMs), ...(reference !== undefined && { reference }) }
    return { said: { ...said, status: 'submitted', submission: sent }, action: 'proposal.submitted' }
  }
  const error = outcome.kind === 'taken' ? '' : outcome.message
  const tries = [...(submission?.tries ?? []), { at: instantOf(nowMs), error: error.slice(0, 500) }].slice(-20)
  const tried = { ...taken.submission, tries }
  const again = outcome.kind === 'again' ? nextSubmitMs(tries.length, nowMs) : undefined
  if (again !== undefined)
    return { said: { ...said, submission: tried, dueAt: instantOf(again) }, action: 'proposal.submit-failed' }
  const message = tries.length > 1 ? `Given up after ${tries.length} tries; the last: ${error}` : error
  const problem = { at: 'submit', message: message.slice(0, 2_000) } as const
  return { said: { ...said, status: 'failed', submission: tried, problem }, action: 'proposal.failed' }
}

const outcomeOf = async (
  taken: Submitting,
  connector: Connector | undefined,
  itemsOf: ItemsOf,
  world: SubmitWorld,
): Promise<Outcome> => {
  const refused = (message: string): Outcome => ({ kind: 'refused', message })
  if (!connector) return refused('The connector was removed. Make another, then resubmit.')
  if (connector.status === 'paused')
    return refused(`Connector "${connector.name}" is paused. Resume it, then resubmit.`)
  const submission = await describeSubmission(taken, itemsOf, world)
  return typeof submission === 'string' ? refused(submission) : submitterOf(connector, world).submit(submission)
}

/**
 * Tells outside systems what is due to be told, one after another; a try that was begun and not heard of is begun again. A connector that did
 * not take one is left alone until the next time. Dying anywhere, or run twice, each is taken once by whoever keeps the ids.
 */
export const submitDue = async (
  workspaceId: WorkspaceId,
  due: readonly Proposal[],
  world: SubmitWorld,
  deadline: Deadline,
  onFailure: OnFailure = () => undefined,
): Promise<{ readonly submitted: number; readonly failed: number }> => {
  const counts = { submitted: 0, failed: 0 }
  const silent = new Set<ConnectorId>()
  const itemsOf = readingItems(world)
  for (const before of due.filter(isToSubmit).toSorted((a, b) => urgencyOf(a) - urgencyOf(b))) {
    const { connectorId } = before.submission
    if (deadline()) break
    if (silent.has(connectorId)) continue
    await apart(
      before.id,
      async () => {
        const dueAt = instantOf(world.clock.now() + submittingForMs)
        const taken = await write(before, { ...saidBy(before), dueAt }, 'proposal.submitting', world)
        if (!taken) return
        const connector = await world.store.get('connector', { workspaceId, id: connectorId })
        const outcome = await outcomeOf(taken, connector, itemsOf, world)
        if (outcome.kind === 'again') silent.add(connectorId)
        counts[outcome.kind === 'taken' ? 'submitted' : 'failed'] += 1
        const { said, action } = after(taken, outcome, world.clock.now())
        await write(taken, said, action, world)
      },
      onFailure,
    )
  }
  return counts
}
