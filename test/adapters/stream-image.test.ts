import { marshall } from '@aws-sdk/util-dynamodb'
import { expect, test } from 'vitest'
import { fromStream, pack, unpack } from '#adapters/dynamodb/codec.ts'

test.each([10, 5_000])('a record of the stream is read back, stored plain or deflated: %i characters', (length) => {
  const value = { text: 'µ'.repeat(length) }
  // As Lambda receives it: JSON, the bytes in base64.
  const image = JSON.parse(
    JSON.stringify(marshall({ pk: 'WS#1', t: 'entry', ...pack(value) }), (_key, of: unknown) =>
      (of as { type?: string } | null)?.type === 'Buffer'
        ? Buffer.from((of as { data: number[] }).data).toString('base64')
        : of,
    ),
  ) as Parameters<typeof fromStream>[0]
  const item = fromStream(image)
  expect(item.t).toBe('entry')
  expect(unpack(item)).toEqual(value)
})
