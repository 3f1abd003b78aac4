import { isOfRule, type Trigger } from '../runs/run.ts'
import { msOf, seconds } from '../time.ts'
import type { Schedule } from './schedule.ts'

/** FNV-1a: spreads texts evenly over 32 bits, the same ones always to the same place. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  // FNV alone keeps the last characters in the low bits.
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b) >>> 0
  return (value ^ (value >>> 16)) >>> 0
}

/**
 * How much later than its time a run of the rule starts, in whole seconds as milliseconds: seeded by schedule and time, so
 * that a prediction and every delivery agree.
 */
export const jitterOf = (schedule: Pick<Schedule, 'id' | 'jitterSeconds'>, slotMs: number): number =>
  schedule.jitterSeconds === undefined
    ? 0
    : seconds(hash(`${schedule.id}@${Math.floor(slotMs / 1000)}`) % (schedule.jitterSeconds + 1))

/** The same for what started a run; nothing where a person did. */
export const jitterMs = (schedule: Pick<Schedule, 'id' | 'jitterSeconds'>, trigger: Trigger): number =>
  isOfRule(trigger) && trigger.kind === 'schedule' ? jitterOf(schedule, msOf(trigger.scheduledTime)) : 0
