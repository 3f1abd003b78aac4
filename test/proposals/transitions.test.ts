import { describe, expect, test } from 'vitest'
import type { PlanItem } from '#domain/plans/plan.ts'
import { expireDays, type Proposal, proposalStatuses } from '#domain/proposals/proposal.ts'
import type { Stage } from '#domain/proposals/stage.ts'
import { type Situation, stageOf, statusOf } from '#domain/proposals/status.ts'
import { type Decision, decisions, proposalTransitions, refusalOf } from '#domain/proposals/transitions.ts'
import { dayMs, instantOf } from '#domain/time.ts'

const nowMs = Date.UTC(2026, 10, 20, 12)
const later = instantOf(nowMs + dayMs)

/** What may be done, and what it comes to: the whole of it, written out. */
const table: Record<Stage, string> = {
  proposed: 'edit: edited, approve: approved, reject: rejected',
  edited: 'edit: edited, approve: approved, reject: rejected',
  unassigned: '',
  kept: '',
  committing: 'approve: approved',
  approved: 'approve: approved, resubmit: approved',
  submitted: 'approve: submitted',
  'failed-to-commit': 'edit: edited, approve: approved, reject: rejected',
  'failed-to-submit': 'resubmit: approved',
  rejected: 'reject: rejected',
  expired: '',
}

describe('a proposal', () => {
  test.each(Object.entries(table) as [Stage, string][])('%s becomes: %s', (stage, becomes) => {
    const told = Object.entries(proposalTransitions[stage]).map(([decision, to]) => `${decision}: ${to}`)
    expect(told.join(', ')).toBe(becomes)
    for (const decision of Object.keys(decisions) as Decision[]) {
      const reason = refusalOf('ord_a', stage, decision)
      expect(reason === undefined, decision).toBe(becomes.includes(`${decision}:`))
      // Whoever is refused is told how it stands, and what to do.
      if (reason) expect(reason.message).toMatch(/^Order ord_a is \w+: .+\. .+\.$/)
    }
  })

  const item = (state: PlanItem['state'], start = later): Situation['item'] => ({ state, start })
  const said = (status: Proposal['status'], more: Partial<Proposal> = {}): Proposal => ({
    workspaceId: 'ws_lab',
    id: 'prp_a',
    planId: 'pln_a',
    orderId: 'ord_a',
    status,
    by: 'kim',
    at: later,
    version: 1,
    createdAt: later,
    createdBy: 'kim',
    updatedAt: later,
    updatedBy: 'kim',
    ...more,
  })
  const plan = (status: Situation['plan']['status'], days = 1) => ({
    status,
    createdAt: instantOf(nowMs - days * dayMs),
  })
  const candidate = plan('candidate')
  const soon = instantOf(nowMs)
  const at = (of: 'commit' | 'submit') => ({ problem: { at: of, message: 'no' } })

  test.each<[string, Stage, Omit<Situation, 'nowMs'>]>([
    ['nobody decided', 'proposed', { plan: candidate, item: item('proposed') }],
    ['of a plan that is committed in part', 'proposed', { plan: plan('committed'), item: item('proposed') }],
    ['put elsewhere in the plan', 'edited', { plan: candidate, item: item('edited') }],
    ['put elsewhere', 'edited', { plan: candidate, item: item('edited'), proposal: said('edited') }],
    ['left out', 'unassigned', { plan: candidate }],
    ['stays', 'kept', { plan: candidate, item: item('kept') }],
    ['taken out of the plan', 'rejected', { plan: candidate, item: item('dropped') }],
    ['committed with the plan', 'approved', { plan: plan('committed'), item: item('committed') }],
    ['could not be committed with the plan', 'failed-to-commit', { plan: plan('committed'), item: item('failed') }],
    ['its time has come', 'expired', { plan: candidate, item: item('proposed', soon) }],
    ['its time has come, edited', 'expired', { plan: candidate, item: item('edited', soon), proposal: said('edited') }],
    ['the plan is too old', 'expired', { plan: plan('candidate', expireDays), item: item('proposed') }],
    ['the plan is superseded', 'expired', { plan: plan('superseded'), item: item('proposed') }],
    ['the plan is rejected', 'expired', { plan: plan('rejected') }],
    ['approved', 'committing', { plan: candidate, item: item('proposed'), proposal: said('approved') }],
    [
      'approved, its time has come',
      'committing',
      { plan: candidate, item: item('proposed', soon), proposal: said('approved') },
    ],
    [
      'committed',
      'approved',
      { plan: plan('committed'), item: item('committed'), proposal: said('approved', { slotId: 'slt_a' }) },
    ],
    ['gave up its slot', 'approved', { plan: plan('committed'), proposal: said('approved', { gaveUp: 'slt_a' }) }],
    [
      'not committed',
      'failed-to-commit',
      { plan: candidate, item: item('failed'), proposal: said('failed', at('commit')) },
    ],
    [
      'not submitted',
      'failed-to-submit',
      { plan: candidate, item: item('committed'), proposal: said('failed', at('submit')) },
    ],
    [
      'submitted, long ago',
      'submitted',
      { plan: plan('superseded', 30), item: item('committed', soon), proposal: said('submitted') },
    ],
    [
      'approved and taken out of the plan at one moment',
      'rejected',
      { plan: candidate, item: item('dropped'), proposal: said('failed', at('commit')) },
    ],
    [
      'rejected, long ago',
      'rejected',
      { plan: plan('candidate', 30), item: item('dropped'), proposal: said('rejected') },
    ],
  ])('%s: it is %s', (_, stage, situation) => {
    expect(stageOf({ ...situation, nowMs })).toBe(stage)
    expect(proposalStatuses).toHaveProperty(statusOf({ ...situation, nowMs }))
  })
})
