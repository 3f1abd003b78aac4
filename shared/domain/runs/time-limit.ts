import { seconds } from '../time.ts'
import type { Run } from './run.ts'

/** As long as any drive may go on. */
const longestSeconds = 14 * 86_400

/** After so long the agent stops a drive: its time limit, or two weeks where it is to go on. Milliseconds. */
export const driveLimitMs = (work: Pick<Run['work'], 'timeLimitSeconds' | 'overtime'>): number =>
  seconds(work.overtime?.atTimeLimit === 'continue' ? longestSeconds : work.timeLimitSeconds)
