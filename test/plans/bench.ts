/** A laboratory with two alike instruments and a third, open by day, in which orders are planned. */
import { expect } from 'vitest'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { type Answered, pathOf, send } from '../api/call.ts'
import { at } from '../api/furnished.ts'
import { createLaboratory, type Laboratory, people, workspaceId } from '../api/laboratory.ts'

export { at }
export type Bench = {
  readonly lab: Laboratory
  readonly assets: readonly [string, string, string]
  readonly protocolId: string
  call(id: RouteId, params?: Readonly<Record<string, string>>, sent?: object): Promise<Answered>
  /** Places an order on the first two instruments, unless it says otherwise. @returns its id */
  order(name: string, more?: object): Promise<string>
  plan(more?: object): Promise<Answered['body']>
  items(
    planId: string,
  ): Promise<{ items: PlanItem[]; leftOut: { orderId: string; code: string; message: string; remedy: string }[] }>
}

const callsTo = (lab: Laboratory) => {
  const call: Bench['call'] = (id, params = {}, sent = {}) =>
    send(lab, {
      method: routes[id].method,
      path: pathOf(id, { workspaceId, ...params }),
      as: 'admin',
      ...sent,
    })
  const made = async (id: RouteId, body: object): Promise<string> => {
    const answered = await call(id, {}, { body })
    expect(answered.status, JSON.stringify(answered.body)).toBe(201)
    return answered.body.id
  }
  return { call, made }
}

let sample: Promise<Bench> | undefined
/** Such a laboratory for each who asks; made once, and copied. */
export const openBench = async (): Promise<Bench> => {
  sample ??= openAnew()
  return copyOf(await sample)
}

/** The same laboratory once more: what happens in one happens in it alone. */
export const copyOf = ({ lab, assets, protocolId }: Pick<Bench, 'lab' | 'assets' | 'protocolId'>): Bench => {
  const copy = createLaboratory(lab.world.store.copy(), Number(lab.world.ids.unique()))
  for (const [id, entry] of lab.timetable.entries) copy.timetable.entries.set(id, entry)
  copy.clock.nowMs = lab.clock.nowMs
  return benchIn(copy, assets, protocolId)
}

const openAnew = async (): Promise<Bench> => {
  const lab = createLaboratory()
  const { call, made } = callsTo(lab)
  await call('createWorkspace', {}, { body: { name: 'Planned', id: workspaceId } })
  for (const role of people)
    if (role !== 'admin')
      await send(lab, {
        method: 'PUT',
        path: pathOf('putMember', { workspaceId, subject: role }),
        as: 'admin',
        body: { name: role, role },
      })
  const agentId = await made('enrolAgent', { name: 'Beside them' })
  const changeovers = [
    { from: 'aqueous', to: 'solvent', minutes: 20 },
    { from: 'solvent', to: 'aqueous', minutes: 40 },
  ]
  const machine = { kind: 'machine', agentId, capabilities: ['pipetting'], changeovers }
  const star = await made('createAsset', { name: 'Star', ...machine })
  const vantage = await made('createAsset', { name: 'Vantage', ...machine })
  const reader = await made('createAsset', { name: 'Reader', kind: 'machine', agentId, capabilities: ['reading'] })
  const protocolId = await made('createProtocol', {
    name: 'Dilution',
    driver: 'simulator',
    requirements: [{ capability: 'pipetting' }],
    expectedDurationSeconds: 600,
  })
  return benchIn(lab, [star, vantage, reader], protocolId)
}

const benchIn = (lab: Laboratory, assets: Bench['assets'], protocolId: string): Bench => {
  const { call, made } = callsTo(lab)
  return {
    lab,
    assets,
    protocolId,
    call,
    order: (name, more = {}) =>
      made('createOrder', {
        name,
        durationMinutes: 60,
        requirements: [{ capability: 'pipetting' }],
        protocolId,
        ...more,
      }),
    plan: async (more = {}) => {
      const { status, body } = await call('makePlan', {}, { body: { iterations: 300, ...more } })
      expect(status, JSON.stringify(body)).toBe(201)
      return body
    },
    items: async (planId) => {
      const all: Awaited<ReturnType<Bench['items']>> = { items: [], leftOut: [] }
      let cursor: string | undefined
      do {
        const query = { limit: '100', ...(cursor && { cursor }) }
        const { body } = await call('getPlanItems', { planId }, { query })
        all.items.push(...body.items)
        all.leftOut.push(...body.leftOut)
        cursor = body.next
      } while (cursor !== undefined)
      return all
    },
  }
}
