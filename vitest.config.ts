import { defineConfig } from 'vitest/config'

/**
 * Two projects: `fast` runs in parallel; `laptop` boots the laptop cloud with real processes, and runs when the others are
 * done, two files at a time.
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
