import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { OrderId, OrderTemplateId, WorkspaceId } from '#domain/ids.ts'
import {
  hasRoom,
  instancesOf,
  type OrderTemplate,
  type SaidTemplateOrder,
  windowMinutes,
} from '#domain/orders/template.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import { changeDocument, createDocument, type Expected, made, touched } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'
import { checkAlone } from './check-order.ts'
import { completeOrder } from './complete-order.ts'
import { newOrder } from './create-order.ts'

type TemplateFields = Pick<OrderTemplate, 'name' | 'every' | 'window' | 'timeZone' | 'firstDate' | 'aheadDays'> & {
  readonly order: SaidTemplateOrder
  readonly lastDate?: string | undefined
}

type TemplateWorld = Pick<World, 'store' | 'clock' | 'ids' | 'parameters'>

/** @returns how long its orders take, as they or their type say. @throws Refusal `invalid` with all reasons */
const checkTemplate = async (
  workspaceId: WorkspaceId,
  { name, order: said, window, firstDate, lastDate }: TemplateFields,
  world: TemplateWorld,
): Promise<number> => {
  const order = await completeOrder(workspaceId, { ...said, name }, world)
  const short = order.durationMinutes - windowMinutes(window)
  const reasons = [
    ...(short > 0
      ? [{ code: 'window-too-short', message: `the window is ${short} minutes shorter than it takes`, path: '/window' }]
      : []),
    ...(lastDate !== undefined && lastDate < firstDate
      ? [{ code: 'last-before-first', message: '`lastDate` must not be before `firstDate`', path: '/lastDate' }]
      : []),
  ]
  if (reasons.length > 0)
    throw new Refusal('invalid', `The template cannot be kept as it is written: ${reasons[0]?.message}.`, { reasons })
  await checkAlone({ workspaceId, order }, world)
  return order.durationMinutes
}

const bodyOf = (id: string): string => id.slice(id.indexOf('_') + 1)

/** One order for each day of a template, however often it is looked at. */
const orderIdOf = ({ id }: OrderTemplate, date: string): OrderId => `ord_${bodyOf(id)}-${date}`

const withinReach = (template: OrderTemplate, nowMs: number) =>
  Map.groupBy(instancesOf(template, nowMs, nowMs + template.aheadDays * dayMs), (one) => hasRoom(one, template))

/** Places the orders of a template that lie within its reach, have room and are not there yet. @returns how many */
export const placeInstances = async (
  template: OrderTemplate,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<number> => {
  if (template.status !== 'active') return 0
  const { workspaceId, order, name } = template
  const instances = withinReach(template, world.clock.now()).get(true) ?? []
  if (instances.length === 0) return 0
  const keys = instances.map(({ date }) => ({ workspaceId, id: orderIdOf(template, date) }))
  const there = await world.store.getMany('order', keys)
  let placed = 0
  for (const [index, { date, releaseMs, dueMs }] of instances.entries()) {
    if (there[index]) continue
    const fields = {
      ...(await completeOrder(workspaceId, { ...order, name }, world)),
      release: instantOf(releaseMs),
      due: instantOf(dueMs),
    }
    const id = orderIdOf(template, date)
    const { changes } = newOrder(
      { workspaceId, id, actor: system('templates'), order: fields, source: 'template' },
      world,
    )
    // Whoever was faster has placed the same order.
    if ((await world.store.commit(changes)).committed) placed += 1
  }
  return placed
}

/** Makes a template and places its first orders. @throws Refusal `invalid` with all reasons */
export const createTemplate = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly template: TemplateFields },
  world: TemplateWorld,
): Promise<OrderTemplate> => {
  const { workspaceId, actor, template } = input
  const durationMinutes = await checkTemplate(workspaceId, template, world)
  const given = Object.entries(template).filter(([, field]) => field !== undefined)
  const value = {
    workspaceId,
    id: `tpl_${world.ids.unique()}`,
    ...Object.fromEntries(given),
    order: { ...template.order, durationMinutes },
    status: 'active',
    ...made(actor, world),
  } as OrderTemplate
  await createDocument('orderTemplate', value, actor, world)
  await placeInstances(value, world)
  return value
}

/**
 * Changes a template. Orders that it has placed stay as they are; those of days to come are placed as it says now.
 * @throws Refusal `not_found`, `stale_version`, `invalid` with all reasons, `invalid_state` (it has ended)
 */
export const changeTemplate = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: OrderTemplateId
    readonly actor: Actor
    readonly version: Expected
    readonly patch: Patch<TemplateFields & Pick<OrderTemplate, 'status'>>
  },
  world: TemplateWorld,
): Promise<OrderTemplate> => {
  const { patch, ...address } = input
  const template = await changeDocument(
    'orderTemplate',
    {
      ...address,
      action: 'order-template.changed',
      change: async (current) => {
        const said = applied<Omit<OrderTemplate, 'order'> & TemplateFields>(current, patch)
        if (said === current) return current
        if (current.status === 'ended')
          throw new Refusal('invalid_state', 'This template has ended. Make a new one.', { current })
        const durationMinutes = await checkTemplate(input.workspaceId, said, world)
        return { ...said, order: { ...said.order, durationMinutes }, ...touched(input.actor, world) }
      },
    },
    world,
  )
  await placeInstances(template, world)
  return template
}

/** A template, and the days within its reach on which it places nothing because they have no room. @throws Refusal `not_found` */
export const templateOf = async (
  workspaceId: WorkspaceId,
  id: OrderTemplateId,
  world: Pick<World, 'store' | 'clock'>,
): Promise<OrderTemplate & { readonly skipped: readonly string[] }> => {
  const template = await world.store.get('orderTemplate', { workspaceId, id })
  if (!template) throw notFound('order template', id)
  const skipped = withinReach(template, world.clock.now()).get(false) ?? []
  return { ...template, skipped: skipped.map(({ date }) => date) }
}

/** Places what has come within the reach of the templates of a workspace. */
export const placeAllInstances = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  onFailure: OnFailure = () => undefined,
): Promise<number> => {
  let placed = 0
  let cursor: string | undefined
  do {
    const page = await world.store.list('orderTemplate', workspaceId, { limit: 100, cursor })
    for (const template of page.items)
      placed += (await apart(template.id, () => placeInstances(template, world), onFailure)) ?? 0
    cursor = page.next
  } while (cursor !== undefined)
  return placed
}
