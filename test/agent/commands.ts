import type { GrantedCommand } from '#contracts/agents/messages.ts'

/** A granted command; everything that a test does not name is ordinary. */
export const command = (more: Partial<GrantedCommand> = {}): GrantedCommand => ({
  commandId: 'cmd_a',
  runId: 'run_a',
  attempt: 1,
  driver: 'process',
  parameters: {},
  fences: [{ assetId: 'ast_a', fence: 1 }],
  validForMs: 60_000,
  timeLimitMs: 60_000,
  heartbeatMs: 30_000,
  ...more,
})

/** Where a test does not care how far a drive is. */
export const quiet = { progress: () => undefined, log: () => undefined }

/** What a made-up driver says of itself. */
export const plainDriver = { describe: () => ({ can: [], outlivesAgent: false }) }
