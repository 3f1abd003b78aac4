import type { Slot } from './slot.ts'

/** Nothing is planned into the time so soon from now, and what lies there is locked by itself. */
export const freezeMinutes = 120

/** Those whose time is taken. Apart from their schema, which the store does not need. */
export const isLiveSlot = ({ status }: Pick<Slot, 'status'>): boolean =>
  status === 'tentative' || status === 'locked' || status === 'committed' || status === 'executing'
