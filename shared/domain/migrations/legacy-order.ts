import type * as z from 'zod'
import { fingerprint } from '../fingerprint.ts'
import type { OrderId } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { externalReferenceSchema, type Order, type OrderStatus } from '../orders/order.ts'
import { type OrderRow, orderRowSchema } from '../orders/order-row.ts'
import { instantOf, minutes, msOf } from '../time.ts'
import { leftovers } from './legacy-leftovers.ts'
import type { LegacySettings } from './legacy-orders.ts'
import { legacyInstant } from './legacy-time.ts'

const mostValue = 1_000_000
const mostName = 120

type Problem = { readonly code: string; readonly message: string }
type Value = Readonly<Record<string, unknown>>

/** An old order as one of ours; its id is the same whenever it is read. */
export type LegacyOrder = {
  readonly id: OrderId
  readonly order: OrderRow
  /** Name of its batch. */
  readonly batch?: string
  readonly more: Partial<Pick<Order, 'status' | 'reason' | 'createdAt'>>
  /** What it could not take along, except in its notes. */
  readonly remarks: readonly Problem[]
}

/** What became of an order. Slots do not come along, so one that had some waits to be planned again. */
const statusOf: Readonly<Record<string, OrderStatus>> = {
  new: 'new',
  queued: 'new',
  planned: 'new',
  committed: 'new',
  accepted: 'new',
  completed: 'completed',
  cancelled: 'cancelled',
  rejected: 'rejected',
}

const textOf = (value: unknown): string | undefined => {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? undefined : text
}

/** Collects what is wrong on the way, so that everything is told at once. */
const reading = (value: Value, settings: LegacySettings, groups: ReadonlyMap<string, string>) => {
  const problems: Problem[] = []
  const wrong = (code: string, message: string): undefined => {
    problems.push({ code, message })
    return undefined
  }
  const moment = (name: string, given: unknown): number | undefined => {
    if (given === undefined || given === null || given === '') return undefined
    const at = legacyInstant(given)
    return at === undefined ? wrong('not-a-time', `${name} is no moment: ${String(given).slice(0, 60)}`) : msOf(at)
  }

  const priority = (): number => {
    const { priorityDirection } = settings
    if (value.priority === undefined || value.priority === null) return priorityDirection === 'highest-is-1' ? 1 : 3
    const given = Number(value.priority)
    if (!Number.isInteger(given) || given < 1 || given > 5)
      return wrong('not-a-priority', `priority must be 1 to 5, not ${String(value.priority).slice(0, 20)}`) ?? 3
    if (priorityDirection === undefined)
      return (
        wrong(
          'no-priority-direction',
          'nothing says whether priority 1 or 5 is most urgent; put the part again with `priorityDirection`',
        ) ?? 3
      )
    return priorityDirection === 'highest-is-5' ? given : 6 - given
  }

  const window = (): { release?: number; due?: number } => {
    const requested = (value.requested_window ?? {}) as Value
    const of = (names: readonly (readonly [string, unknown])[]): number[] =>
      names.flatMap(([name, given]) => moment(name, given) ?? [])
    const releases = of([
      ['earliest_start', value.earliest_start],
      ['requested_window.start', requested.start ?? value.requested_window_start],
    ])
    const dues = of([
      ['due_time', value.due_time],
      ['latest_end', value.latest_end],
      ['requested_window.end', requested.end ?? value.requested_window_end],
    ])
    return {
      ...(releases.length > 0 && { release: Math.max(...releases) }),
      ...(dues.length > 0 && { due: Math.min(...dues) }),
    }
  }

  /** In minutes, part of one counted as one. */
  const duration = (): number | undefined => {
    const { durationUnit, defaults } = settings
    const of = (given: unknown, unitMs: number): number | undefined => {
      const amount = Number(given)
      return Number.isFinite(amount) && amount > 0
        ? Math.ceil((amount * unitMs) / 60_000)
        : wrong('not-a-duration', `the duration is no positive number: ${String(given).slice(0, 20)}`)
    }
    if (value.duration_minutes !== undefined) return of(value.duration_minutes, 60_000)
    if (value.duration_seconds !== undefined) return of(value.duration_seconds, 1_000)
    if (value.duration !== undefined) {
      if (durationUnit !== undefined) return of(value.duration, durationUnit === 'minutes' ? 60_000 : 1_000)
      return wrong(
        'no-duration-unit',
        'nothing says whether `duration` is minutes or seconds; put the part again with `durationUnit`',
      )
    }
    const [from, to] = [moment('start_time', value.start_time), moment('end_time', value.end_time)]
    if (from !== undefined && to !== undefined) return of(to - from, 1)
    return (
      defaults.durationMinutes ??
      wrong('no-duration', 'it does not say how long it takes; put the part again with `defaults.durationMinutes`')
    )
  }

  const requirements = (): unknown => {
    const group = textOf(value.requested_satellite_group)
    if (group !== undefined) {
      const groupId = groups.get(group)
      return groupId
        ? [{ groupId }]
        : wrong('no-group', `there is no group of assets named "${group}"; make it, and put the part again`)
    }
    return (
      settings.defaults.requirements ??
      wrong('no-requirements', 'it does not say which assets it needs; put the part again with `defaults.requirements`')
    )
  }

  const status = (): OrderStatus => {
    const given = (textOf(value.status) ?? 'new').toLowerCase()
    return statusOf[given] ?? wrong('unknown-status', `there is no status "${given}"`) ?? 'new'
  }

  const mode = (): unknown =>
    typeof value.droll_deg === 'number'
      ? { kind: 'OPTICAL', rollDegrees: value.droll_deg, pitchDegrees: 0 }
      : settings.defaults.mode

  const worth = (): number | undefined => {
    if (textOf(value.value) === undefined && typeof value.value !== 'object') return undefined
    if (value.value === null) return undefined
    const rounded = Math.round(Number(value.value))
    return rounded >= 1 && rounded <= mostValue
      ? rounded
      : wrong('not-a-value', `value must be 1 to ${mostValue}, not ${JSON.stringify(value.value).slice(0, 20)}`)
  }

  return { problems, priority, window, duration, requirements, status, mode, worth }
}

const mostNotes = 2_000

/** Notes, and what has no field of its own. */
const notesOf = (value: Value, unkept: readonly string[]): { notes?: string; remarks: readonly Problem[] } => {
  const said = [textOf(value.notes), textOf(value.user_notes)].filter((text) => text !== undefined)
  const notes = [...said, ...leftovers(value, unkept)].join('\n')
  const long = {
    code: 'notes-cut',
    message: `its notes are cut after ${mostNotes} characters; the blob has all of them`,
  }
  return notes === ''
    ? { remarks: [] }
    : { notes: notes.slice(0, mostNotes), remarks: notes.length > mostNotes ? [long] : [] }
}

const tagsOf = (value: Value): string[] => {
  const type = textOf(value.order_type)?.toLowerCase()
  const tags = (Array.isArray(value.tags) ? value.tags : []).flatMap((tag) => textOf(tag)?.slice(0, 60) ?? [])
  return [...new Set([...tags, ...(type === undefined ? [] : [type.slice(0, 60)])])].slice(0, 20)
}

/** Fields that do not fit where they belong. */
const unkeptOf = (value: Value, name: string): string[] => {
  const texts = ['name', 'target', 'target_id', 'notes', 'user_notes', 'order_type', 'reject_reason', 'batch_id']
  const tags = Array.isArray(value.tags) && value.tags.length <= 20 ? value.tags : [undefined]
  const bad: [boolean, string[]][] = [
    [name.length > mostName, ['name', 'target', 'target_id']],
    [!externalReferenceSchema.safeParse(textOf(value.external_ref)).success, ['external_ref']],
    [!nameSchema.safeParse(textOf(value.batch_id)).success, ['batch_id']],
    [legacyInstant(value.created_at) === undefined, ['created_at']],
    [typeof value.droll_deg !== 'number', ['droll_deg']],
    [tags.some((tag) => (textOf(tag)?.length ?? 61) > 60), ['tags']],
    [(textOf(value.reject_reason)?.length ?? 0) > 500, ['reject_reason']],
  ]
  return [
    ...texts.filter((field) => textOf(value[field]) === undefined),
    ...bad.flatMap(([wrong, fields]) => (wrong ? fields : [])),
  ]
}

const referenceOf = (value: Value, oldId: string): string | undefined =>
  [textOf(value.external_ref), `legacy:${oldId}`].find((text) => externalReferenceSchema.safeParse(text).success)

const asProblem = ({ path, message, code }: z.core.$ZodIssue): Problem => ({
  code,
  message: `${path.join('.') || 'order'}: ${message}`,
})

/**
 * Reads an order of the old format.
 * @param groups ids of groups of assets, by name
 * @returns the order, or everything that is wrong with it
 */
export const readLegacyOrder = (
  value: Value,
  settings: LegacySettings,
  groups: ReadonlyMap<string, string>,
  nowMs: number,
): LegacyOrder | readonly Problem[] => {
  const read = reading(value, settings, groups)
  const oldId = textOf(value.id) ?? textOf(value.order_id) ?? fingerprint(value)
  const target = textOf(value.target_id) ?? textOf(value.target)
  const { release, due } = read.window()
  const durationMinutes = read.duration()
  // A time that was accepted is as long as it took, to the second.
  const taken = value.end_time !== undefined && release !== undefined && durationMinutes !== undefined
  const dueMs = due !== undefined && taken ? Math.max(due, release + minutes(durationMinutes)) : due
  const called = [textOf(value.name), target].filter((text) => text !== undefined).join(': ') || `Order ${oldId}`
  const { notes, remarks: cut } = notesOf(value, unkeptOf(value, called))
  const externalReference = referenceOf(value, oldId)
  const reference = textOf(value.external_ref)
  const given = {
    name: called.slice(0, mostName),
    priority: read.priority(),
    value: read.worth(),
    durationMinutes,
    release: release === undefined ? undefined : instantOf(release),
    due: dueMs === undefined ? undefined : instantOf(dueMs),
    requirements: read.requirements(),
    mode: read.mode(),
    externalReference,
    tags: tagsOf(value),
    notes,
  }
  const status = read.status()
  if (read.problems.length > 0) return read.problems
  const order = orderRowSchema.safeParse(given)
  if (!order.success) return order.error.issues.map(asProblem)
  const createdAt = legacyInstant(value.created_at)
  const reason = textOf(value.reject_reason)?.slice(0, 500)
  const batch = nameSchema.safeParse(textOf(value.batch_id)?.slice(0, 120)).data
  return {
    id: `ord_${fingerprint(['legacy', oldId])}`,
    order: order.data,
    ...(batch !== undefined && { batch }),
    more: {
      status,
      ...(reason !== undefined && { reason }),
      ...(createdAt !== undefined && msOf(createdAt) <= nowMs && { createdAt }),
    },
    remarks: [
      ...cut,
      ...(reference !== undefined && reference !== externalReference
        ? [
            {
              code: 'no-reference',
              message: `"${reference.slice(0, 100)}" cannot be an external reference (letters, digits and . _ : / - between them, at most 100); it stands in the notes`,
            },
          ]
        : []),
    ],
  }
}
