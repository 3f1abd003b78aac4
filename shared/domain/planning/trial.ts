import { markDone, markLeft, type State, shape } from './state.ts'

/** From here on `rollBack` brings back what is now. */
export const begin = (s: State): void => {
  s.trial++
  s.savedCount = 0
  s.removedCount = 0
  s.savedValue = s.value
  s.savedCrossing = s.crossing
}

/** Keeps a lane as it is, before it changes for the first time since `begin`. */
export const save = (s: State, lane: number): void => {
  if (s.savedIn[lane] === s.trial) return
  const { sequence, savedSequence, savedStart, savedLatest, savedOption, start, latest, option } = s
  const { base, visitJob } = s.model
  s.savedIn[lane] = s.trial
  s.saved[s.savedCount++] = lane
  s.savedLength[lane] = s.length[lane]!
  s.savedStamp[lane] = s.stamp[lane]!
  s.stamp[lane] = ++s.clock
  s.looseFrom[lane] = 1
  s.looseTo[lane] = 0
  s.savedCrossed[lane] = s.crossed[lane]!
  const from = base[lane]!
  const to = from + s.length[lane]!
  for (let at = from; at < to; at++) {
    const visit = sequence[at]!
    savedSequence[at] = visit
    savedStart[at] = start[visit]!
    savedLatest[at] = latest[visit]!
    const job = visitJob[visit]!
    if (job >= 0) savedOption[at] = option[job]!
  }
}

/** Undoes everything since `begin`. */
export const rollBack = (s: State): void => {
  const { model, sequence, savedSequence } = s
  const { base, visitJob } = model
  for (let index = 0; index < s.savedCount; index++) {
    const lane = s.saved[index]!
    const to = base[lane]! + s.length[lane]!
    for (let at = base[lane]!; at < to; at++) {
      const visit = sequence[at]!
      const job = visitJob[visit]!
      if (job < 0) continue
      s.lane[visit] = -1
      if (s.option[job]! >= 0) markLeft(s, job)
    }
  }
  for (let index = 0; index < s.savedCount; index++) {
    const lane = s.saved[index]!
    const from = base[lane]!
    const length = s.savedLength[lane]!
    s.length[lane] = length
    s.crossed[lane] = s.savedCrossed[lane]!
    s.stamp[lane] = s.savedStamp[lane]!
    for (let position = 0; position < length; position++) {
      const visit = savedSequence[from + position]!
      const job = visitJob[visit]!
      const start = s.savedStart[from + position]!
      sequence[from + position] = visit
      s.position[visit] = position
      if (job < 0) continue
      s.lane[visit] = lane
      const option = s.savedOption[from + position]!
      if (s.option[job] !== option) {
        markDone(s, job, option)
        shape(s, job, option, start)
      }
      s.start[visit] = start
      s.finish[visit] = start + s.duration[visit]!
      s.latest[visit] = s.savedLatest[from + position]!
    }
  }
  s.value = s.savedValue
  s.crossing = s.savedCrossing
}
