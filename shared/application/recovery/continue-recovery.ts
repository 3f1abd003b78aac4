import type { Actor, Json } from '#domain/audit/entry.ts'
import { actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import { type RecoveryId, runIdOfContinuation, type WorkspaceId } from '#domain/ids.ts'
import { type OpenRecovery, type Recovery, unanswered } from '#domain/recovery/recovery.ts'
import { driveOf, type LiveRun } from '#domain/runs/run.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import { againstRun } from '../runs/open-run.ts'
import { runChange } from '../runs/record.ts'
import type { World } from '../world.ts'
import { type ClearWorld, clear, openRecovery } from './clear-recovery.ts'

type Continuing = {
  readonly workspaceId: WorkspaceId
  readonly id: RecoveryId
  readonly actor: Actor
  readonly option: string
  readonly note: string
}

/** What is so now, as far as a person found: what was expected, what was before, or what they say. */
const stateOf = ({ facts }: OpenRecovery): Record<string, Json> =>
  Object.fromEntries(
    facts.flatMap(({ key, expected, before, answer }): [string, Json][] => {
      switch (answer?.verdict) {
        case 'confirmed':
          return expected === undefined ? [] : [[key, expected as Json]]
        case 'refuted':
          return before === undefined ? [] : [[key, before as Json]]
        case 'partial':
        case 'other':
          return answer.value === undefined ? [] : [[key, answer.value as Json]]
        default:
          return []
      }
    }),
  )

const continuationOf = async (
  recovery: OpenRecovery,
  option: OpenRecovery['options'][number],
  actor: Actor,
  world: Pick<World, 'store' | 'clock'>,
): Promise<LiveRun> => {
  const { workspaceId, runId } = recovery
  const run = runId && (await world.store.get('run', { workspaceId, id: runId }))
  const drive = run ? driveOf(run) : undefined
  if (!run || !drive || option.action === 'abort') throw notFound('run', runId ?? 'of this recovery')
  return againstRun({
    id: runIdOfContinuation(run.id),
    of: run,
    trigger: { kind: 'continuation', ofRunId: run.id, subject: actorName(actor) },
    work: {
      ...run.work,
      // On the very instrument; another knows nothing of it.
      requirements: drive.assets.map(({ assetId, units }) => ({ assetId, units })),
      continuation: {
        ofCommandId: drive.commandId,
        option: option.id,
        action: option.action,
        ...(option.step !== undefined && { step: option.step }),
        facts: stateOf(recovery),
      },
    },
    nowMs: world.clock.now(),
  })
}

/**
 * Takes one of the ways that the driver offers, after a person has answered for everything that was not known. To give up
 * clears the recovery; to go on clears it too and opens a run that the driver is told about.
 * @throws Refusal `not_found`, `invalid_state` (cleared, or facts without an answer), `invalid` (no such option)
 */
export const continueRecovery = async (of: Continuing, world: ClearWorld, anyway = false): Promise<Recovery> => {
  const recovery = await openRecovery(of, world)
  const option = recovery.options.find(({ id }) => id === of.option)
  if (!option)
    throw new Refusal(
      'invalid',
      `There is no option "${of.option}"; there are ${recovery.options.map(({ id }) => id).join(', ') || 'none: clear the recovery instead'}.`,
      { reasons: [{ code: 'unknown-option', message: 'no such option', path: '/option' }] },
    )
  const open = unanswered(recovery)
  if (open.length > 0 && !anyway)
    throw new Refusal(
      'invalid_state',
      `Look at these and answer for them first: ${open.join(', ')}. "unknown" will do.`,
      {
        reasons: open.map((key) => ({
          code: 'unanswered',
          message: 'nobody has answered for it',
          path: `/facts/${key}`,
        })),
      },
    )
  const clearing = { ...of, quarantine: 'release' as const }
  if (option.action === 'abort') return clear({ ...clearing, chosen: { option: option.id } }, world)
  const run = await continuationOf(recovery, option, of.actor, world)
  const cleared = await clear(
    { ...clearing, chosen: { option: option.id, continuedBy: run.id } },
    world,
    runChange(world, undefined, run, 'run.requested', of.actor),
  )
  // Lost here, the sweeper starts it.
  await world.workflows.startRun(run.id, run.workspaceId, run.id).catch(() => undefined)
  return cleared
}

/** Options that are taken by themselves, because nobody decided in their time. @returns how many */
export const decideOverdue = async (
  workspaceId: WorkspaceId,
  world: ClearWorld,
  onFailure: OnFailure = () => undefined,
): Promise<number> => {
  let decided = 0
  let cursor: string | undefined
  do {
    const page = await world.store.openRecoveries(workspaceId, { limit: 100, cursor })
    for (const recovery of page.items) {
      const { decidesAt, options, id } = recovery
      const option = options.find(({ isDefault }) => isDefault)
      if (!option || decidesAt === undefined || msOf(decidesAt) > world.clock.now()) continue
      const note = `Nobody decided until ${decidesAt}, so the default was taken at ${instantOf(world.clock.now())}.`
      await apart(
        id,
        async () => {
          await continueRecovery({ workspaceId, id, actor: system('recovery'), option: option.id, note }, world, true)
          decided += 1
        },
        onFailure,
      )
    }
    cursor = page.next
  } while (cursor !== undefined)
  return decided
}
