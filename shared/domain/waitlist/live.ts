import type { WaitlistEntry } from './entry.ts'

/** Those that somebody has to look at. Apart from their schema, which the store does not need. */
export const isLiveEntry = ({ status }: Pick<WaitlistEntry, 'status'>): boolean =>
  status === 'waiting' || status === 'offered'
