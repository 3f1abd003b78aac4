import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#local/json.ts'
import { until } from './fixture.ts'
import {
  ask,
  boot,
  call,
  crash,
  database,
  ended,
  inOwnDirectory,
  settled,
  start,
  stopCleanly,
  tokenOf,
} from './step-functions-lab.ts'

inOwnDirectory()

describe('after a restart', () => {
  const definition: JsonObject = {
    StartAt: 'A',
    States: { A: call({ Next: 'Ask' }), Ask: ask({ Next: 'B', TimeoutSeconds: 60 }), B: call({ End: true }) },
  }

  test('a state that waits for its token waits on for the same token, and does not ask again', async () => {
    const before = boot(definition, (name, payload) =>
      name === 'worker' ? { from: 'A', input: payload.input ?? null } : {},
    )
    const arn = start(before)
    const token = await tokenOf(before, 1)
    await until(
      'the function has answered',
      () => (database.prepare('SELECT invoked FROM tokens').get() as { invoked: number }).invoked === 1,
    )
    crash(before)

    const again = boot(definition, (_, payload) => payload)
    again.functions.resume()
    await settled()
    expect(again.calls).toEqual([])
    expect(again.functions.describe(arn)?.state).toBe('Ask')
    again.functions.heartbeat(token)
    again.functions.settle(token, { outcome: 'success', output: '{"late":true}' })
    const view = await ended(again, arn)
    // The data of the state before, the answer of the token, and the execution's own input are all as if nothing had been.
    expect(JSON.parse(view.output ?? '')).toEqual({
      input: { a: 1 },
      data: { from: 'A', input: { a: 1 }, answer: { late: true } },
    })
    expect(again.calls.map(({ name }) => name)).toEqual(['worker'])
    expect(view.transitions).toBe(3)
  })

  test('an answer that was acknowledged counts, even if the process died before it acted on it', async () => {
    const before = boot(definition)
    const arn = start(before)
    const token = await tokenOf(before, 1)
    // The row is written, and nobody has been told: what a crash in the middle of SendTaskSuccess leaves.
    database.prepare("UPDATE tokens SET outcome = 'success', output = '{\"kept\":1}' WHERE token = ?").run(token)
    crash(before)
    const again = boot(definition, (_, payload) => payload)
    again.functions.resume()
    expect(JSON.parse((await ended(again, arn)).output ?? '')).toMatchObject({ data: { answer: { kept: 1 } } })
  })

  test('a clean stop keeps the token too', async () => {
    const before = boot(definition)
    const arn = start(before)
    const token = await tokenOf(before, 1)
    await settled()
    await stopCleanly(before)
    const again = boot(definition)
    again.functions.resume()
    again.functions.settle(token, { outcome: 'success', output: '{}' })
    expect((await ended(again, arn)).status).toBe('SUCCEEDED')
  })

  test('a callback whose function had not answered is asked again with the same token', async () => {
    const never = new Promise<Json>(() => {})
    const before = boot(definition, (name) => (name === 'asker' ? never : {}))
    const arn = start(before)
    const token = await tokenOf(before, 1)
    crash(before)
    const again = boot(definition)
    again.functions.resume()
    expect(await tokenOf(again)).toBe(token)
    again.functions.settle(token, { outcome: 'success', output: '{}' })
    expect((await ended(again, arn)).status).toBe('SUCCEEDED')
  })

  test('a task that was under way is entered again, with the same input', async () => {
    const never = new Promise<Json>(() => {})
    const before = boot(definition, () => never)
    const arn = start(before, { a: 7 })
    await until('A is under way', () => before.calls.length === 1)
    crash(before)
    const again = boot(definition, () => never)
    again.functions.resume()
    await until('A is under way again', () => again.calls.length === 1)
    expect(again.calls[0]).toEqual(before.calls[0])
    expect(again.functions.describe(arn)?.transitions).toBe(1)
  })

  test('a wait ends when it would have ended', async () => {
    const waiting: JsonObject = {
      StartAt: 'W',
      States: { W: { Type: 'Wait', SecondsPath: '$.s', Next: 'A' }, A: call({ End: true }) },
    }
    const before = boot(waiting)
    const arn = start(before, { s: 3_600 })
    await until('it waits', () => before.functions.describe(arn)?.transitions === 1)
    crash(before)
    const again = boot(waiting)
    database.prepare('UPDATE executions SET enteredAt = enteredAt - 3600000').run()
    again.functions.resume()
    expect((await ended(again, arn)).status).toBe('SUCCEEDED')
  })

  test('an end that was not announced is announced', async () => {
    const before = boot(definition)
    const arn = start(before)
    await tokenOf(before, 1)
    await before.functions.stop(arn)
    await until('announced', () => before.ends.length === 1)
    database.prepare('UPDATE executions SET announced = 0').run()
    crash(before)
    const again = boot(definition)
    again.functions.resume()
    await until('announced again', () => again.ends[0]?.status === 'ABORTED')
  })
})
