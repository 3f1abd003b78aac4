import type { LiveRun, Run } from './run.ts'

/** Those that have not ended. Apart from their schema, which the store does not need. */
export const isLive = (run: Run): run is LiveRun => run.status !== 'ended'
