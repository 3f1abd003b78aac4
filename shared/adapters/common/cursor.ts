import { createHash } from 'node:crypto'
import { Refusal } from '#domain/errors.ts'

/**
 * A cursor is the position after the last item of a page, bound to the query it belongs to. The binding is no secret: it
 * catches mistakes. What a cursor may read is decided by the query, whose partition never comes from the cursor.
 */
const bindingOf = (scope: string): string => createHash('sha256').update(scope).digest('base64url').slice(0, 8)

export const encodeCursor = (scope: string, position: string): string =>
  Buffer.from(`${bindingOf(scope)}${position}`).toString('base64url')

/** @throws Refusal `invalid` for a cursor that is damaged or belongs to another list. */
export const decodeCursor = (scope: string, cursor: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!text.startsWith(bindingOf(scope)) || cursor.length > 1_000)
    throw new Refusal(
      'invalid',
      'The cursor does not belong to this list. Start again without one, and pass each `next` as it was given.',
      {
        reasons: [{ code: 'bad-cursor', message: 'damaged, or of another list', path: '/query/cursor' }],
      },
    )
  return text.slice(8)
}
