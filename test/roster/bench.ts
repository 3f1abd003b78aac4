/** A laboratory with a few people, asked through the API. */
import { expect } from 'vitest'
import type { RouteId } from '#contracts/http/routes.ts'
import { routes } from '#contracts/http/routes.ts'
import { type Answered, pathOf, send } from '../api/call.ts'
import { createLaboratory, type Laboratory, workspaceId } from '../api/laboratory.ts'

export type Bench = {
  readonly lab: Laboratory
  call(id: RouteId, params?: Readonly<Record<string, string>>, sent?: object): Promise<Answered>
  /** @returns the id of somebody new */
  person(name: string, more?: object): Promise<string>
  duties(duties: readonly object[]): Promise<Answered>
}

/** Weekdays from nine to five in Berlin. */
export const office = {
  timeZone: 'Europe/Berlin',
  week: Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, [{ from: '09:00', to: '17:00' }]]),
  ),
}

export const openBench = async (): Promise<Bench> => {
  const lab = createLaboratory()
  const call: Bench['call'] = (id, params = {}, sent = {}) =>
    send(lab, {
      method: routes[id].method,
      path: pathOf(id, { workspaceId, ...params }),
      as: 'admin',
      ...((routes[id] as { ifMatch?: string }).ifMatch === 'required' && { headers: { 'if-match': '*' } }),
      ...sent,
    })
  await call('createWorkspace', {}, { body: { name: 'Rostered', id: workspaceId } })
  return {
    lab,
    call,
    person: async (name, more = {}) => {
      const { status, body } = await call(
        'createAsset',
        {},
        { body: { name, kind: 'person', openingHours: office, ...more } },
      )
      expect(status, JSON.stringify(body)).toBe(201)
      return body.id
    },
    duties: (duties) => call('setRotation', {}, { body: { duties } }),
  }
}
