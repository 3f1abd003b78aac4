import { afterAll, beforeAll } from 'vitest'
import { type Laboratory, startLaboratory } from '#local/processes/laboratory.ts'
import { type Bench, openBench, temporaryDirectory } from './bench.ts'

/** One laptop cloud for all tests of a file, and a bench of its own for each that asks. All are stopped in the end. */
export const laptop = (
  options: { readonly environment?: Readonly<Record<string, string>> } = {},
): { readonly laboratory: () => Laboratory; bench(): Promise<Bench> } => {
  const directory = temporaryDirectory()
  const benches: Bench[] = []
  let running: Laboratory | undefined
  const laboratory = (): Laboratory => {
    if (!running) throw new Error('The laptop cloud is not up.')
    return running
  }
  beforeAll(async () => {
    running = await startLaboratory({ dataDir: directory.path, ...options })
  })
  afterAll(async () => {
    for (const bench of benches) await bench.stop()
    await running?.stop()
    directory.remove()
  })
  return {
    laboratory,
    bench: async () => {
      const { clientFor, mqttUrl, passwordFor } = laboratory()
      const bench = await openBench(
        { api: await clientFor('admin'), mqttUrl: () => mqttUrl, passwordFor },
        directory.path,
      )
      benches.push(bench)
      return bench
    },
  }
}
