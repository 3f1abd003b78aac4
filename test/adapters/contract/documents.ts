import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Documents } from '#application/world.ts'
import { creation, documentOf, revision } from '../documents.ts'
import { committing, conflict, done, newWorkspace, type Open, sorted } from './harness.ts'

export const documentsContract = (open: Open): void => {
  const commit = committing(open)

  describe('documents', () => {
    const versioned = [
      'workspace',
      'member',
      'asset',
      'agent',
      'presence',
      'protocol',
      'schedule',
      'arming',
      'run',
      'reservation',
      'command',
    ] as const

    test.each(versioned)('%s: made once, changed from the version that was read, never from another', async (kind) => {
      const ws = newWorkspace()
      const first = documentOf(kind, ws, 'a') as Documents['asset']
      const of = kind as 'asset'
      expect(await open().get(of, first)).toBeUndefined()
      expect(await commit(creation(of, first))).toEqual(done)
      expect(await open().get(of, first)).toEqual(first)
      expect(await commit(creation(of, first))).toEqual(conflict(0))
      const next = { ...first, version: 2 }
      expect(await commit(revision(of, first, {}))).toEqual(done)
      expect(await commit(revision(of, first, {}))).toEqual(conflict(0))
      expect(await open().get(of, first)).toEqual(next)
      expect(await commit({ type: 'check', kind: of, key: first, expect: 2 })).toEqual(done)
      expect(await commit({ type: 'check', kind: of, key: first, expect: 1 })).toEqual(conflict(0))
      expect(await commit({ type: 'remove', kind: of, key: first, expect: 1 })).toEqual(conflict(0))
      expect(await commit({ type: 'remove', kind: of, key: first, expect: 2 })).toEqual(done)
      expect(await open().get(of, first)).toBeUndefined()
    })

    test.each(versioned)(
      '%s: may be stored again under the version that it has, if that is the one that was read',
      async (kind) => {
        const ws = newWorkspace()
        const of = kind as 'asset'
        const first = documentOf(kind, ws, 'a') as Documents['asset']
        const again = { type: 'put', kind: of, value: first, expect: 1 } as const
        expect(await commit(again)).toEqual(conflict(0))
        await commit(creation(of, first))
        expect(await commit(again)).toEqual(done)
        expect(await open().get(of, first)).toEqual(first)
        expect(await commit(revision(of, first, {}))).toEqual(done)
        expect(await commit(again)).toEqual(conflict(0))
        expect(await open().get(of, first)).toEqual({ ...first, version: 2 })
      },
    )

    test('are read together, however many are asked for', async () => {
      const ws = newWorkspace()
      const there = documentOf('asset', ws, 'there')
      await commit(creation('asset', there))
      const others = Array.from({ length: 5_200 }, (_, index) => ({ workspaceId: ws, id: `ast_${index}` }))
      const found = await open().getMany('asset', [...others, { workspaceId: ws, id: there.id }])
      expect(found).toHaveLength(5_201)
      expect(found.filter((one) => one !== undefined)).toEqual([there])
      expect(found.at(-1)).toEqual(there)
    })

    test('come back as they went in, whatever is in them', async () => {
      const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as never)
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.string({ maxLength: 20 }), json, { maxKeys: 6 }), async (parameters) => {
          const plain = JSON.parse(JSON.stringify(parameters)) as never
          const schedule = { ...documentOf('schedule', newWorkspace(), 'a'), parameters: plain }
          await commit(creation('schedule', schedule))
          expect(JSON.stringify(sorted(await open().get('schedule', schedule)))).toBe(JSON.stringify(sorted(schedule)))
        }),
        { numRuns: 40 },
      )
    })

    test('may be large', async () => {
      const ws = newWorkspace()
      const parameters = {
        text: Array.from({ length: 16_000 }, (_, i) => String.fromCharCode(97 + ((i * i) % 26))).join(''),
      }
      const schedule = { ...documentOf('schedule', ws, 'a'), parameters }
      expect(await commit(creation('schedule', schedule))).toEqual(done)
      expect(await open().get('schedule', schedule)).toEqual(schedule)
    })

    test('are read many at a time, in the order asked, with gaps where there is none', async () => {
      const ws = newWorkspace()
      const ids = Array.from({ length: 100 }, (_, i) => `a${String(i).padStart(3, '0')}`)
      await commit(...ids.filter((_, i) => i % 2 === 0).map((id) => creation('asset', documentOf('asset', ws, id))))
      const found = await open().getMany(
        'asset',
        ids.toReversed().map((id) => ({ workspaceId: ws, id: `ast_${id}` })),
      )
      expect(found.map((asset) => asset?.id)).toEqual(
        ids.map((id, i) => (i % 2 === 0 ? `ast_${id}` : undefined)).toReversed(),
      )
    })
  })
}
