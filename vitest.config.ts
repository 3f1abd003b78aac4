import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Short files that take long: begun last, they would leave a core idle at the end. */
const long = ['simulation/simulation', 'schedules/year', 'api/garbage', 'repository/layers']

/** The long ones first; the others as usual. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): number => (long.some((name) => moduleId.includes(name)) ? 0 : 1)
    return (await super.sort(files)).sort((a, b) => isLong(a) - isLong(b))
  }
}

/**
 * Two projects: `fast` runs in parallel; `laptop` boots the laptop cloud with real processes, and runs when the others are
 * done, two files at a time.
 */
export default defineConfig({
  test: {
    // As many as there are cores: the default leaves one for a watcher.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ['json', { outputFile: '.build/test-report.json' }]],
    projects: [
      {
        test: {
          name: 'fast',
          setupFiles: ['test/setup.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/scenarios/**'],
          sequence: { groupOrder: 0 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'laptop',
          setupFiles: ['test/setup.ts'],
          include: ['test/scenarios/**/*.test.ts'],
          // After the others: two laptops at a time leave each other room, a laptop beside a busy core does not.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
