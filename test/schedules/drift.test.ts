import { expect, test } from 'vitest'
import { readStatus } from '#application/insight/status.ts'
import { sweepDrift } from '#application/timetable/sweep-drift.ts'
import type { ScheduleId } from '#domain/ids.ts'
import { hours, minutes } from '#domain/time.ts'
import { createVirtualLab, workspaceId } from './virtual-lab.ts'

const three = async () => {
  const lab = await createVirtualLab()
  const schedules = [
    await lab.schedule({ name: 'Cron', rule: { kind: 'cron', expression: '0 9 * * ? *' } }),
    await lab.schedule({ name: 'Rate', rule: { kind: 'rate', every: 2, unit: 'hour' } }),
    await lab.schedule({ name: 'Carried', rule: { kind: 'calendar', rrule: 'FREQ=DAILY', times: ['10:00'] } }),
  ]
  await lab.time.runUntil(lab.time.now() + minutes(1))
  const sweep = async () => (await sweepDrift([workspaceId], lab.world)).get(workspaceId)
  return { ...lab, schedules, sweep, standing: lab.timetable.standing }
}

const clean = { missing: 0, surplus: 0, different: 0, failed: 0, examples: [] }

test('where nothing differs, nothing is done', async () => {
  const { sweep, time } = await three()
  expect(await sweep()).toEqual(clean)
  await time.runUntil(time.now() + hours(100))
  expect(await sweep()).toEqual(clean)
})

test('an entry that somebody removed is written again', async () => {
  const { sweep, schedules, standing } = await three()
  const [cron] = schedules
  standing.delete(cron?.id as ScheduleId)
  expect(await sweep()).toMatchObject({ missing: 1, surplus: 0, different: 0, examples: [`missing: ${cron?.id}`] })
  expect(standing.get(cron?.id as ScheduleId)?.entry.expression).toBe('cron(0 9 * * ? *)')
  expect(await sweep()).toEqual(clean)
})

test('an entry that nothing wants is removed, of whose making it may be', async () => {
  const { sweep, world, standing, schedules } = await three()
  const entry = standing.get(schedules[0]?.id as ScheduleId)?.entry
  if (!entry) throw new Error('the schedule has no entry')
  await world.timetable.put({ ...entry, scheduleId: 'sch_gone' })
  expect(await sweep()).toMatchObject({ missing: 0, surplus: 1, different: 0 })
  expect([...standing.keys()].sort()).toEqual(schedules.map(({ id }) => id).sort())
})

test('an entry that somebody changed is put right', async () => {
  const { sweep, world, standing, schedules, time } = await three()
  const id = schedules[1]?.id as ScheduleId
  const entry = standing.get(id)?.entry
  if (!entry) throw new Error('the schedule has no entry')
  await time.runUntil(time.now() + minutes(5))
  await world.timetable.put({ ...entry, expression: 'rate(1 minute)' })
  expect(await sweep()).toMatchObject({ missing: 0, surplus: 0, different: 1 })
  expect(standing.get(id)?.entry.expression).toBe('rate(2 hours)')
})

test('what was found last is part of the status', async () => {
  const { sweep, world, standing, schedules } = await three()
  standing.delete(schedules[2]?.id as ScheduleId)
  await sweep()
  expect((await readStatus({ workspaceId }, world)).drift).toMatchObject({ missing: 1, surplus: 0, different: 0 })
})
