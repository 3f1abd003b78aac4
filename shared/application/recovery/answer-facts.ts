import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { RecoveryId, WorkspaceId } from '#domain/ids.ts'
import type { Answer, OpenRecovery, Recovery } from '#domain/recovery/recovery.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { openRecovery } from './clear-recovery.ts'

/**
 * What a person found of things that nobody knew. Answers may be given one by one and corrected until the recovery is cleared;
 * each is kept in its history.
 * @throws Refusal `not_found`, `invalid_state` (cleared), `invalid` (no such fact, or a value is missing)
 */
export const answerFacts = (
  of: {
    readonly workspaceId: WorkspaceId
    readonly id: RecoveryId
    readonly actor: Actor
    readonly answers: Readonly<Record<string, Answer>>
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Recovery> =>
  transact(world, async () => {
    const { workspaceId, id, actor, answers } = of
    const before = await openRecovery(of, world)
    const known = new Set(before.facts.map(({ key }) => key))
    const reasons = Object.entries(answers).flatMap(([key, { verdict, value }]) => {
      const path = `/answers/${key}`
      if (!known.has(key))
        return [
          { code: 'unknown-fact', message: `there is no fact "${key}"; there are ${[...known].join(', ')}`, path },
        ]
      return (verdict === 'partial' || verdict === 'other') && value === undefined
        ? [{ code: 'value-missing', message: `"${verdict}" needs a value that says what it is`, path }]
        : []
    })
    if (reasons.length > 0)
      throw new Refusal('invalid', 'Some answers do not fit the facts of this recovery. See the reasons.', { reasons })
    const at = instantOf(world.clock.now())
    const by = actorName(actor)
    const after: OpenRecovery = {
      ...before,
      facts: before.facts.map((fact) => {
        const answer = answers[fact.key]
        return answer ? { ...fact, answer: { ...answer, by, at } } : fact
      }),
      version: before.version + 1,
    }
    return {
      changes: [
        { type: 'put', kind: 'recovery', value: after, expect: before.version },
        auditOf(world, { workspaceId, subject: id, action: 'recovery.answered', actor, before, after }),
      ],
      result: after,
    }
  })
