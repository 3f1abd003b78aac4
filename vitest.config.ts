import { defineConfig } from 'vitest/config'

/**
 * Two projects: `fast` runs in parallel; `laptop` boots the laptop cloud with real processes and runs its files one after
 * the other, so that they do not compete for two cores.
 */
export default defineConfig({
  test: {
    // As many as there are cores: the default leaves one for a watcher.
    maxWorkers: 2,
    reporters: ['default', ['json', { outputFile: '.build/test-report.json' }]],
    projects: [
      {
        test: {
          name: 'fast',
          setupFiles: ['test/setup.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/scenarios/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'laptop',
          setupFiles: ['test/setup.ts'],
          include: ['test/scenarios/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
