import { expect } from 'vitest'
import type { RouteId } from '#contracts/http/routes.ts'
import { type Answered, type Sent, send } from './call.ts'
import { type Furnished, successOf } from './furnished.ts'
import { stored } from './laboratory.ts'

/** Sends one bad request; whatever is answered, nothing may have been stored and nothing started. */
export const refused = async (
  furnished: Furnished,
  id: RouteId,
  change: Partial<Sent>,
  status: number,
  code: string,
): Promise<Answered> => {
  const { lab, things } = furnished
  const before = stored(lab)
  const calls = lab.timetable.calls
  const started = lab.started.length
  const answered = await send(lab, { ...successOf(id, things), ...change })
  expect(answered.body).toMatchObject({ status, code })
  expect(stored(lab)).toBe(before)
  expect([lab.timetable.calls, lab.started.length]).toEqual([calls, started])
  return answered
}

export const reasonsOf = ({
  body,
}: Answered): { code: string; message: string; path: string; facts?: Record<string, unknown> }[] => body.reasons
