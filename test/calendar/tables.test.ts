import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCsv } from '#adapters/system/csv.ts'
import { csvOf, rowOf } from '#application/assets/transfer/asset-rows.ts'
import { importAssets } from '#application/assets/transfer/import-assets.ts'
import { allAssets } from '#application/reservations/wanted.ts'
import { assetRowSchema } from '#domain/assets/asset-row.ts'
import { boss, createCalendarLab, workspaceId } from './bench-lab.ts'

const importing = async () => {
  const lab = await createCalendarLab()
  const table = (csv: string, dryRun = false) =>
    importAssets({ workspaceId, actor: boss, csv, dryRun }, lab.world, readCsv)
  return { ...lab, table, all: () => allAssets(workspaceId, lab.world) }
}

describe('assets as a table', () => {
  test('come back as they were, whatever stands in them', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((one) => assetRowSchema.shape.name.safeParse(one).data === one)
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.tuple(
            text,
            fc.integer({ min: 1, max: 99 }),
            fc.constantFrom('=1+1', '+49 89', "it's", '"', 'Room 2, left; back'),
          ),
          { maxLength: 6, selector: ([name]) => name },
        ),
        async (rows) => {
          const { table, all } = await importing()
          const given = rows.map(([name, capacity, location]) =>
            assetRowSchema.parse({
              name,
              kind: 'station',
              capacity,
              location,
              tags: ['a', 'b c'],
              capabilities: ['volume: 10 ul'],
              bookingRules: { maximumMinutes: 60 },
            }),
          )
          expect((await table(csvOf(given))).created).toHaveLength(rows.length)
          const stored = (await all()).map(rowOf)
          expect(stored.map(({ id: _id, ...row }) => row)).toEqual(given)
          // Importing what was exported changes nothing.
          expect(await table(csvOf(stored))).toMatchObject({ created: [], changed: [], unchanged: rows.length })
        },
      ),
      { numRuns: 40, seed: 20_261_121 },
    )
  })

  test('a dry run does nothing and says what it would do; a broken one names every problem by its line', async () => {
    const { table, all } = await importing()
    await table('name,kind,capacity\nRack,resource,4\nHood,station,1\n')
    const before = await all()
    const csv = [
      'name,kind,capacity,tags,openingHours,agentId',
      'Rack,resource,8,a; b,,',
      'Bath,spaceship,1,,,',
      'Tray,resource,many,,,',
      'Hood,station,1,,{broken,',
      'Robot,machine,1,,,agt_never',
      'New,station,1,,,',
      'New,station,2,,,',
    ].join('\n')
    const dry = await table(csv, true)
    expect(dry.changed).toEqual([{ line: 2, name: 'Rack', assetId: before[0]?.id, fields: ['capacity', 'tags'] }])
    expect(dry.problems.map(({ line, path }) => [line, path])).toEqual([
      [3, '/kind'],
      [4, '/capacity'],
      [5, '/openingHours'],
      [6, '/agentId'],
      [8, '/name'],
    ])
    await expect(table(csv)).rejects.toMatchObject({
      code: 'invalid',
      reasons: dry.problems.map(({ line }) => ({ facts: { line } })),
    })
    expect(await all()).toEqual(before)
  })

  test.each([
    ['name,kind\n"Rack,resource', 'not-a-table'],
    ['name,kind\nRack,resource,4\n', 'not-a-table'],
    ['name,kind,colour\nRack,resource,red\n', 'unrecognized_keys'],
    ['id,name,kind\nast_never,Rack,resource\n', 'unknown-asset'],
  ])('%o is refused: %s', async (csv, code) => {
    const { table, all } = await importing()
    const { problems } = await table(csv, true)
    expect(problems.map((problem) => problem.code)).toEqual([code])
    await expect(table(csv)).rejects.toMatchObject({ code: 'invalid' })
    expect(await all()).toEqual([])
  })

  test('two assets of one name need an id; the kind of one never changes', async () => {
    const { table, asset } = await importing()
    const first = await asset({ name: 'Twin' })
    await asset({ name: 'Twin' })
    expect((await table('name,kind\nTwin,station\n', true)).problems).toMatchObject([{ code: 'ambiguous', line: 2 }])
    expect((await table(`id,name,kind\n${first},Twin,person\n`, true)).problems).toMatchObject([
      { code: 'kind', line: 2 },
    ])
    expect((await table(`id,name,kind\n${first},Renamed,station\n`)).changed).toMatchObject([
      { assetId: first, fields: ['name'] },
    ])
  })
})
