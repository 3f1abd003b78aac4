import type { Clock } from '#application/world.ts'

export const systemClock: Clock = { now: () => Date.now() }
