import { Random } from '#domain/planning/random.ts'
import type { PlanInput, PlannedAsset, PlannedOrder, StandingClaim } from '#domain/plans/plan-input.ts'
import { dayMs, hours, instantOf, minutes } from '#domain/time.ts'
import { asset, at, claim, monday, office, order, person, question, slot, type } from './world.ts'

const zones = ['UTC', 'Europe/Berlin', 'America/New_York'] as const

/** One or two people whose first days are full of what could wait, and a few orders that cannot. */
export const crowdedWorld = (seed: number): PlanInput => {
  const random = new Random(seed)
  const names = ['ada', 'ben'].slice(0, 1 + random.below(2))
  const hoursADay = 2 + random.below(3)
  const limits = random.below(3) === 0 ? { perDay: hoursADay } : {}
  const people = names.map((name) => person(name, { limits }, office('UTC', '08:00', `${10 + random.below(6)}:00`)))
  const standing = names.flatMap((who) =>
    Array.from({ length: hoursADay * (2 + random.below(4)) }, (_, index): PlannedOrder => {
      const name = `${who}${index}`
      const day = Math.floor(index / hoursADay)
      const due = at(day + 1 + random.below(12))
      const able = random.below(3) === 0 ? names : [who]
      const has = slot(name, [who], at(day, 8 + (index % hoursADay)), { lock: random.below(8) === 0 ? 'hard' : 'none' })
      return order(name, [able], { due, timesBumped: random.below(5) }, { slot: has })
    }),
  )
  const urgent = Array.from({ length: 1 + random.below(6) }, (_, index): PlannedOrder => {
    const release = at(random.below(4))
    const durationMinutes = 60 * (1 + random.below(2))
    return order(`new${index}`, [names], { durationMinutes, release, due: release + dayMs * (1 + random.below(2)) })
  })
  return question([...standing, ...urgent], people, { span: { startMs: monday, endMs: at(7) } })
}

/** A small laboratory with everything that an assignment knows, over four days; times are multiples of five minutes. */
export const randomWorld = (seed: number): PlanInput => {
  const random = new Random(seed)
  const one = <T>(list: readonly T[]): T => list[random.below(list.length)] as T
  const chance = (of: number): boolean => random.below(of) === 0
  const days = 4
  const dayOf = (day: number): string => instantOf(at(day)).slice(0, 10)
  const names = ['ada', 'ben', 'cem', 'dev'].slice(0, 1 + random.below(4))
  const zone = one(zones)
  const people = names.map((name): PlannedAsset => {
    const off = chance(3)
      ? [{ id: 'off', from: dayOf(random.below(days)), to: dayOf(days), kind: 'vacation' as const }]
      : []
    return person(
      name,
      {
        timeOff: off,
        ...(chance(6) && { lastDay: dayOf(random.below(days)) }),
        ...(chance(2) && {
          limits: {
            ...(chance(2) && { perDay: 1 + random.below(3) }),
            ...(chance(3) && { perWeek: 1 + random.below(5) }),
            ...(chance(3) && { hoursPerWeek: 1 + random.below(6) }),
          },
        }),
      },
      office(zone, one(['08:00', '00:00', '10:30']), one(['12:00', '16:00', '24:00'])),
    )
  })
  const room = asset('room', {
    capacity: 1 + random.below(2),
    spacing: chance(2)
      ? { rules: { bufferBeforeMinutes: 10 } }
      : { changeovers: [{ from: 'a', to: 'b', minutes: 30 }] },
  })
  const types = [
    type('core', { rank: 1, ...(chance(2) && { perPersonPerDay: 1 }), ...(chance(2) && { gapMinutes: 60 }) }),
    type('visit', { rank: 2, ...(chance(3) && { gapMinutes: 30 }) }),
  ]
  const span = { startMs: monday, endMs: at(days) }
  const orders = Array.from({ length: 3 + random.below(12) }, (_, index): PlannedOrder => {
    const name = `o${index}`
    const able = names.filter(() => !chance(4))
    const needs = [able, ...(chance(4) ? [['room']] : []), ...(chance(8) ? [names] : [])]
    const release = at(random.below(days - 1), random.below(24))
    const isOpen = chance(4)
    const isSlot = !chance(3)
    const isHurried = chance(2)
    const isDuty = chance(5) && !isSlot
    const follows = index > 0 && chance(4) && !isSlot ? `ord_o${random.below(index)}` : undefined
    const starts = { timeZone: zone, times: ['09:00', '10:00', '13:30'].filter(() => !chance(3)) }
    const kind = one([...types, undefined])
    const durationMinutes = 30 * (1 + random.below(6))
    const turns = Array.from({ length: days }, (_, day) => ({
      assetId: one(people).id,
      startMs: at(day),
      endMs: at(day + 1),
    }))
    const stands = isSlot && able[0] !== undefined
    return order(
      name,
      stands ? [able] : needs,
      {
        durationMinutes: stands ? 60 : durationMinutes,
        priority: 1 + random.below(5),
        ...(stands && { due: at(2 + random.below(12)) }),
        ...(!isOpen &&
          !stands && { release, due: release + hours(2) + minutes(5) * random.below(isHurried ? 120 : 800) }),
        ...(kind && { type: kind.type }),
        ...(chance(3) && { timesBumped: random.below(4) }),
        ...(chance(15) && { byHandOnly: 'a visitor' }),
        ...(chance(5) && { mode: { kind: 'PROTOCOL', setup: one(['a', 'b']) } }),
        ...(starts.times.length > 0 && chance(4) && { constraints: { starts } }),
        ...(follows !== undefined && {
          follows: {
            orderId: follows as `ord_${string}`,
            minMinutes: 30 * random.below(3),
            ...(chance(2) && { maxMinutes: 600 }),
            ...(chance(2) && { sameDay: true, timeZone: zone, otherAssets: true }),
          },
        }),
      },
      {
        ...(kind && !chance(20) && { type: kind }),
        ...(stands && {
          slot: slot(name, [able[0] as string], at(random.below(days), 8 + Math.floor(index / 3) + random.below(3)), {
            lock: chance(6) ? 'hard' : 'none',
          }),
        }),
        ...(isDuty && {
          turns: [turns],
          candidates: [
            names.map((who) => `ast_${who}` as const),
            ...needs.slice(1).map((list) => list.map((who) => `ast_${who}` as const)),
          ],
        }),
      },
    )
  })
  const claims = Array.from({ length: random.below(5) }, (_, index): StandingClaim => {
    const startMs = at(random.below(days), random.below(20))
    return claim(one([...names, 'room']), startMs, startMs + minutes(30) * (1 + random.below(8)), {
      reservationId: `res_c${index}`,
      ...(chance(3) && { type: 'core' }),
    })
  })
  return question(orders, [...people, room], { span, claims, freezeMs: chance(3) ? at(0, 12) : monday })
}
