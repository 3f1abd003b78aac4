import type { Random } from './random.ts'

/** How often which fault strikes in one history. Swarm: which faults exist at all is drawn too. */
export type FaultRates = {
  /** A step of the cloud dies before, or after, one of its calls to the store. */
  readonly crashBefore: number
  readonly crashAfter: number
  /** Upper bound of the delay of a call to the store, milliseconds. */
  readonly storeDelayMs: number
  readonly messageLost: number
  readonly messageTwice: number
  /** Upper bound of a message's way, milliseconds; more than one is on its way at a time, so they overtake each other. */
  readonly messageDelayMs: number
  /** A message goes astray and arrives up to half an hour later. */
  readonly messageStray: number
  /** A firing comes twice, late, or never. */
  readonly firingTwice: number
  readonly firingLate: number
  /** Power losses of each agent per virtual hour, and how long it stays away at most. */
  readonly agentDiesPerHour: number
  readonly agentAwayMs: number
  /** After a death the journal is an older copy of itself: a virtual machine restored from a snapshot. */
  readonly journalRestored: number
  readonly journalFull: number
  /** The power fails in the middle of a write: any part of it is on the disk, or scrambled. */
  readonly tornWrite: number
  /** Hosts of agents fall asleep for up to half an hour, with messages waiting for them, per virtual hour. */
  readonly hostSleepsPerHour: number
  /** Executions stopped from outside per virtual hour; the event of their end may be lost. */
  readonly stoppedPerHour: number
  readonly endEventLost: number
  /** The instrument fails, never ends by itself, or ignores the request to stop. */
  readonly driveFails: number
  readonly driveHangs: number
  readonly stopIgnored: number
  /** The driver can tell after a death what became of a drive. */
  readonly driverKnows: number
  /** What people do per virtual hour. */
  readonly peoplePerHour: number
}

export const noFaults: FaultRates = {
  crashBefore: 0,
  crashAfter: 0,
  storeDelayMs: 20,
  messageLost: 0,
  messageTwice: 0,
  messageDelayMs: 200,
  messageStray: 0,
  firingTwice: 0,
  firingLate: 0,
  agentDiesPerHour: 0,
  agentAwayMs: 60_000,
  journalRestored: 0,
  journalFull: 0,
  tornWrite: 0,
  hostSleepsPerHour: 0,
  stoppedPerHour: 0,
  endEventLost: 0,
  driveFails: 0,
  driveHangs: 0,
  stopIgnored: 0,
  driverKnows: 1,
  peoplePerHour: 0,
}

export const drawFaults = (random: Random): FaultRates => {
  const sometimes = (most: number): number => (random.chance(0.5) ? random.next() * most : 0)
  return {
    crashBefore: sometimes(0.05),
    crashAfter: sometimes(0.05),
    storeDelayMs: random.pick([5, 50, 400]),
    messageLost: sometimes(0.3),
    messageTwice: sometimes(0.3),
    messageDelayMs: random.pick([50, 1_000, 20_000]),
    messageStray: sometimes(0.1),
    firingTwice: sometimes(0.5),
    firingLate: sometimes(0.3),
    agentDiesPerHour: sometimes(20),
    agentAwayMs: random.pick([5_000, 60_000, 900_000]),
    journalRestored: sometimes(0.5),
    journalFull: sometimes(0.05),
    tornWrite: sometimes(0.05),
    hostSleepsPerHour: sometimes(3),
    stoppedPerHour: sometimes(6),
    endEventLost: sometimes(0.5),
    driveFails: sometimes(0.4),
    driveHangs: sometimes(0.2),
    stopIgnored: sometimes(0.5),
    driverKnows: random.pick([0, 0.5, 1]),
    peoplePerHour: sometimes(30),
  }
}

/** Faults that are drawn each time they might strike. */
export type Chance = Exclude<keyof FaultRates, `${string}Ms` | `${string}PerHour`>
export type Strikes = (fault: Chance) => boolean
