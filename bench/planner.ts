import { parseArgs } from 'node:util'
import type { Row } from './benches.ts'
import { measureGaps } from './planner/gaps.ts'
import { measureInsert } from './planner/insert.ts'
import { measureRepair } from './planner/repair.ts'
import { measureScale } from './planner/scale.ts'

/**
 * Gaps of the planner's algorithms to reference values, growth (`--scale`), one order into a plan (`--insert`) or repairs (`--repair`). Options
 * are read here: `--instances DIR --reference FILE --seconds 1,5 --seeds 3 --every N --only PATTERN --record FILE`.
 */
export const measurePlanner = async (): Promise<readonly Row[]> => {
  const { values } = parseArgs({
    strict: false,
    options: {
      scale: { type: 'boolean' },
      insert: { type: 'boolean' },
      repair: { type: 'boolean' },
      instances: { type: 'string' },
      reference: { type: 'string' },
      seconds: { type: 'string' },
      record: { type: 'string' },
      seeds: { type: 'string' },
      every: { type: 'string' },
      only: { type: 'string' },
    },
  })
  const text = (name: keyof typeof values): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const seconds = text('seconds')?.split(',').map(Number)
  if (values.scale) return measureScale(seconds ?? [5, 60])
  if (values.insert) return measureInsert()
  if (values.repair) return measureRepair()
  const instances = text('instances')
  const reference = text('reference')
  const record = text('record')
  return measureGaps({
    ...(instances && { instances }),
    ...(reference && { reference }),
    ...(record && { record }),
    seconds: seconds ?? (instances ? [1, 5] : [1]),
    seeds: Number(text('seeds') ?? 3),
    every: Number(text('every') ?? (instances ? 1 : 5)),
    only: new RegExp(text('only') ?? ''),
  })
}

if (import.meta.main) console.table(await measurePlanner())
