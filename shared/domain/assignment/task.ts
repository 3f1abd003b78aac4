import type { Span } from '../assets/opening-hours.ts'
import type { AssetId, OrderId } from '../ids.ts'
import type { OrderRequirement } from '../orders/requirement.ts'
import type { Starts } from '../orders/starts.ts'
import { windowsOf } from '../plans/order-windows.ts'
import type { PlanInput, PlannedOrder } from '../plans/plan-input.ts'
import type { Turn } from '../rotations/turns.ts'
import { minutes } from '../time.ts'
import type { Agenda } from './agenda.ts'
import { dueOf, scoreOf } from './order-of-work.ts'

/** One requirement, and what may meet it. */
export type Need = {
  readonly want: OrderRequirement
  readonly able: readonly Agenda[]
  /** Of a duty: who has it when. */
  readonly turns?: readonly Turn[] | undefined
}

/** An order as it is assigned: when it may be done, by what. */
export type Task = {
  /** As it was given, whatever it is bound to by now. */
  readonly planned: PlannedOrder
  readonly id: OrderId
  readonly durationMs: number
  /** When it may be done, as far as its own window and hours go. */
  readonly windows: readonly Span[]
  readonly starts?: Starts | undefined
  /** By whose clocks its days count. */
  readonly zone: string
  readonly needs: readonly Need[]
  readonly gapMs: number
  readonly dueMs: number
  readonly score: number
  /** What binds it to another order, for people. */
  readonly bond?: string | undefined
}

export type Planning = {
  readonly input: PlanInput
  readonly nowMs: number
  readonly agendas: ReadonlyMap<AssetId, Agenda>
  /** What a type of orders keeps free around it, by its name. Milliseconds. */
  readonly gaps: ReadonlyMap<string, number>
}

export const gapOf = ({ gaps }: Pick<Planning, 'gaps'>, type: string | undefined): number =>
  (type === undefined ? undefined : gaps.get(type)) ?? 0

/** @param bound the same order with what it may do beside the one that it follows */
export const taskOf = (planned: PlannedOrder, planning: Planning, bound = planned): Task => {
  const { input, nowMs, agendas } = planning
  const { order, turns } = planned
  const { span, freezeMs } = input
  const dueMs = dueOf(order, span)
  const needs = order.requirements.map((want, index): Need => {
    const able = new Set(bound.candidates[index]).values().flatMap((id) => {
      const agenda = agendas.get(id)
      return agenda && agenda.asset.capacity >= want.units ? [agenda] : []
    })
    return { want, able: [...able], turns: turns?.[index] }
  })
  const { starts, hours } = order.constraints ?? {}
  return {
    planned,
    id: order.id,
    durationMs: minutes(order.durationMinutes),
    windows: windowsOf(bound, span, freezeMs),
    starts,
    zone: starts?.timeZone ?? hours?.timeZone ?? needs[0]?.able[0]?.zone ?? 'UTC',
    needs,
    gapMs: gapOf(planning, order.type),
    dueMs,
    score: scoreOf(dueMs, nowMs),
    bond: bound.bond,
  }
}
