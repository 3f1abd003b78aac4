import type { Span } from '../assets/opening-hours.ts'
import { dayMs } from '../time.ts'
import { periodOf } from './agenda.ts'
import { findPlace, placedAt } from './find-place.ts'
import { type Candidate, staysBecause } from './may-bump.ts'
import { waveOf } from './order-of-work.ts'
import { type Bump, markOf, type Placed, place, recordBump, rollBack, type State, takeAway } from './state.ts'
import type { Task } from './task.ts'
import { isByHand } from './unassignable.ts'

/** How far a swap goes: how many orders make way one after another, and whether the last may be left without a place. */
type Reach = { readonly depth: number; readonly mayDrop: boolean }

/** Swaps that are tried for one order, of each reach. */
const mostTries = 150
/** The gentle ones first: who makes way has another place; then one after another; then somebody has none. */
const reaches: readonly Reach[] = [
  { depth: 1, mayDrop: false },
  { depth: 3, mayDrop: false },
  { depth: 3, mayDrop: true },
]
/** Orders that make way for one, at most: an item tells them all. */
export const mostSwaps = 5

export const timesBumped = ({ bumps }: Pick<State, 'bumps'>, { planned, id }: Task): number =>
  (planned.order.timesBumped ?? 0) + bumps.filter(({ victim }) => victim === id).length

const candidateOf = (s: State, { task, startMs }: Placed): Candidate => {
  const { slot } = task.planned
  return {
    dueMs: task.dueMs,
    score: task.score,
    isBound: s.bound.has(task.id),
    byHand: isByHand(task.planned),
    isLocked: slot?.lock === 'hard' || slot?.status === 'locked',
    isExecuting: slot?.status === 'executing',
    startMs,
    timesBumped: timesBumped(s, task),
  }
}

/** When a start may have become free, where something that stood there has made way: limits count by the week. */
const freedBy = ({ startMs, endMs, on }: Placed): Span => {
  const weeks = on.map(({ agenda }) => periodOf(agenda, 'week', startMs))
  return {
    startMs: Math.min(startMs, ...weeks.map((week) => week.startMs)) - 2 * dayMs,
    endMs: Math.max(endMs, ...weeks.map((week) => week.endMs)) + 2 * dayMs,
  }
}

/** Who may make way for a task and could be of use, the latest due first. */
const victimsOf = (s: State, task: Task): Placed[] => {
  const able = new Set(task.needs.flatMap((need) => need.able))
  const [first, last] = [task.windows[0]?.startMs ?? 0, task.windows.at(-1)?.endMs ?? 0]
  const { nowMs } = s
  const { freezeMs } = s.input
  return [...s.placed.values()]
    .filter((one) => {
      if (!one.on.some(({ agenda }) => able.has(agenda))) return false
      const freed = freedBy(one)
      return (
        freed.startMs < last &&
        first < freed.endMs &&
        staysBecause(candidateOf(s, one), task, { nowMs, freezeMs }) === undefined
      )
    })
    .toSorted((a, b) => b.task.dueMs - a.task.dueMs || b.startMs - a.startMs || (a.task.id < b.task.id ? -1 : 1))
}

/** Gives an order what its victim had: the same person and time, else a time that became free with it. */
const takeOver = (s: State, task: Task, victim: Placed, wave: Placed['wave']): Placed | undefined => {
  const of = new Set(victim.on.map(({ agenda }) => agenda.asset.id))
  // Where one thing is needed, nothing but what the other had can have become free.
  const [only] = task.needs
  const narrow =
    task.needs.length === 1 && only
      ? { ...task, needs: [{ ...only, able: only.able.filter(({ asset }) => of.has(asset.id)) }] }
      : task
  const found = findPlace(s, narrow, { within: freedBy(victim), first: victim.startMs, of })
  return found && placedAt(task, found, wave, victim)
}

/** Another place for who made way: an earlier one, else any other. */
const elsewhere = (s: State, { task, startMs }: Placed): Placed | undefined => {
  const found =
    findPlace(s, task, { within: { startMs: Number.NEGATIVE_INFINITY, endMs: startMs } }) ??
    findPlace(s, task, { within: { startMs, endMs: Number.POSITIVE_INFINITY } })
  return found && placedAt(task, found, waveOf(task.planned))
}

const swapsOf = ({ bumps }: State, { id }: Task): number => bumps.filter(({ by }) => by === id).length

/** Leaves who made way without a place: whoever made way for it did so for the other. */
const drop = (s: State, victim: Task, by: Task): boolean => {
  for (const [index, bump] of s.bumps.entries())
    if (bump.by === victim.id) {
      const passedOn: Bump = { ...bump, by: by.id }
      s.bumps[index] = passedOn
      s.undo.push(() => {
        s.bumps[index] = bump
      })
    }
  return swapsOf(s, by) <= mostSwaps
}

/** Puts an order in the place of one that makes way. All or nothing. */
const swap = (s: State, task: Task, wave: Placed['wave'], reach: Reach, tries: { left: number }): boolean => {
  for (const victim of victimsOf(s, task)) {
    if (tries.left-- <= 0) return false
    const mark = markOf(s)
    takeAway(s, victim)
    const own = takeOver(s, task, victim, wave)
    if (own) {
      place(s, own)
      recordBump(s, { victim: victim.task.id, by: task.id, from: victim })
      const other = elsewhere(s, victim)
      if (other) place(s, other)
      const further = { ...reach, depth: reach.depth - 1 }
      const isHoused =
        other !== undefined ||
        (reach.depth > 1 && swap(s, victim.task, waveOf(victim.task.planned), further, tries)) ||
        (reach.mayDrop && drop(s, victim.task, task))
      if (isHoused && s.changed.size <= s.maxChanges && swapsOf(s, task) <= mostSwaps) return true
    }
    rollBack(s, mark)
  }
  return false
}

/** Makes room for an order that has no place, by orders that may wait longer. @returns whether it has one now; else nothing has changed */
export const makeRoom = (s: State, task: Task, wave: Placed['wave']): boolean =>
  reaches.some((reach) => swap(s, task, wave, reach, { left: mostTries }))
