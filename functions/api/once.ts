import { createHash } from 'node:crypto'
import type { Change, IdempotencyRecord, World } from '#application/world.ts'
import { limits } from '#contracts/http/limits.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'

export type Once = {
  readonly workspaceId: WorkspaceId | 'ws_none'
  readonly subject: string
  readonly key: string
  /** Route, parameters and body together: another request under the same key is a mistake. */
  readonly request: unknown
  /** The kind of what is made, where other things are made on the way; whatever is made first, where it is left out. */
  readonly makes?: string | undefined
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url')

const reused = (): Refusal =>
  new Refusal(
    'idempotency_key_reused',
    'This Idempotency-Key was used before with another request. Use a new key for a new request.',
  )

/**
 * At most one effect per Idempotency-Key, and equal answers (I15): the record of the answer rides in the very transaction
 * that creates the thing. `create` gets a world whose creating commit carries it; what that commit puts first as new is the
 * answer. It is kept as text, so that a replay equals the first answer byte by byte. A refusal is not kept: the same request
 * may succeed later.
 */
export const once = async <W extends Pick<World, 'store' | 'clock'>, T>(
  of: Once,
  world: W,
  create: (world: W) => Promise<T>,
): Promise<T> => {
  const { workspaceId, subject, key, makes } = of
  const id = digest([subject, key])
  const fingerprint = digest(of.request)
  const replay = async (): Promise<{ readonly answer: T } | undefined> => {
    const record = await world.store.get('idempotency', { workspaceId, id })
    if (!record) return undefined
    if (record.fingerprint !== fingerprint) throw reused()
    return { answer: JSON.parse(String(record.body)) as T }
  }
  const before = await replay()
  if (before) return before.answer

  const expiresAtSeconds = Math.floor(world.clock.now() / 1000) + limits.idempotencyDays * 86_400
  let carried = false
  const store: World['store'] = {
    ...world.store,
    commit: async (changes) => {
      const made = changes.find(
        (change) => change.type === 'put' && change.expect === 'absent' && (makes ?? change.kind) === change.kind,
      )
      if (carried || made?.type !== 'put') return world.store.commit(changes)
      const body = JSON.stringify(made.value)
      const value: IdempotencyRecord = { workspaceId, id, fingerprint, status: 201, body, expiresAtSeconds }
      const record: Change = { type: 'put', kind: 'idempotency', value, expect: 'absent' }
      const result = await world.store.commit([...changes, record])
      carried = result.committed
      return result
    },
  }
  try {
    return await create({ ...world, store })
  } catch (error) {
    // Two requests with one key at once: the other was faster, and its answer is ours. Or the commit was done and its
    // answer lost.
    const after = error instanceof Refusal ? await replay() : undefined
    if (after) return after.answer
    throw error
  }
}
