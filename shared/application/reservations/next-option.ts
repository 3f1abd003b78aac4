import { Refusal } from '#domain/errors.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { findTimes } from '../availability/find-times.ts'
import type { World } from '../world.ts'
import type { Asking } from './read-ask.ts'

/** What passes by itself, so that another time helps. */
const passing: ReadonlySet<string> = new Set(['asset-busy', 'too-close', 'closed', 'day-full'])
const searchedMs = 7 * dayMs

/** The refusal, with the first time at which all that was asked for could be had; looked for only when something was refused. */
export const withNextOption = async (
  refusal: Refusal,
  asking: Asking,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Refusal> => {
  const { reasons } = refusal
  const at = reasons.findIndex(({ code }) => passing.has(code))
  if (at < 0 || !reasons.every(({ code }) => passing.has(code))) return refusal
  const { workspaceId, wanted, span, setup, work, subject, role } = asking
  const found = await findTimes(
    {
      workspaceId,
      assets: wanted,
      durationMs: span.endMs - span.startMs,
      window: { startMs: span.startMs, endMs: span.endMs + searchedMs },
      most: 1,
      setup,
      work,
      subject,
      role,
      own: asking.own,
    },
    world,
  ).catch((error: unknown) => {
    // A search that is too large, or beyond what can be booked, says nothing about the refusal.
    if (error instanceof Refusal) return undefined
    throw error
  })
  const [option] = found?.options ?? []
  if (!option) return refusal
  const nextOption = {
    start: instantOf(option.startMs),
    end: instantOf(option.endMs),
    assets: option.parts.map(({ assetId }) => assetId),
  }
  return new Refusal(refusal.code, `${refusal.message} All of it is free from ${nextOption.start}.`, {
    reasons: reasons.map((reason, index) =>
      index === at ? { ...reason, facts: { ...reason.facts, nextOption } } : reason,
    ),
    ...(refusal.current !== undefined && { current: refusal.current }),
  })
}
