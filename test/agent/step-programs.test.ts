/** Steps before a drive are programs of the agent's own configuration; what they are told is text, never a command line. */
import { expect, test } from 'vitest'
import { type stepPorts as make, stepPorts, stepProgramSchema } from '#agent/programs/step-programs.ts'
import { command } from './commands.ts'

const node = (source: string, ...args: string[]): [string, ...string[]] => [process.execPath, '-e', source, ...args]
const portOf = (step: { run: string[]; cleanUp?: string[]; timeoutSeconds?: number }) => {
  const steps: Parameters<typeof make>[0] = { door: stepProgramSchema.parse(step) }
  const port = stepPorts(steps).get('door')
  if (!port) throw new Error('no step')
  return port
}

test('arguments of the protocol fill their places as they are: no shell, no splitting, empty where none is given', async () => {
  const port = portOf({
    run: node('console.log(JSON.stringify(process.argv.slice(1))); process.exit(1)', '{1}', 'to={2}', '{3}'),
  })
  const { ok, message } = await port.run(['a b; rm -rf / $(id) "', '{1}'], command())
  expect(ok).toBe(false)
  expect(message).toBe(`exit code 1. ${JSON.stringify(['a b; rm -rf / $(id) "', 'to={1}', ''])}`)
})

test('exit code 0 is a yes, anything else a no with what was printed last', async () => {
  expect(await portOf({ run: node('') }).run([], command())).toEqual({ ok: true })
  const failing = portOf({
    run: node('console.log("x".repeat(100_000)); console.error("the door is open"); process.exitCode = 3'),
  })
  const { ok, message = '' } = await failing.run([], command())
  expect(ok).toBe(false)
  expect(message).toContain('exit code 3')
  expect(message).toContain('the door is open')
  expect(message.length).toBeLessThan(2_100)
})

test('what does not end is ended, and what is not there is told', async () => {
  const hung = await portOf({ run: node('setInterval(() => {}, 1000)'), timeoutSeconds: 0.3 }).run([], command())
  expect(hung).toMatchObject({ ok: false, message: expect.stringContaining('SIGKILL') })
  const missing = await portOf({ run: ['/nowhere/program'] }).run([], command())
  expect(missing).toMatchObject({ ok: false, message: expect.stringContaining('ENOENT') })
})

test('tidying up is its own program, where there is one', async () => {
  expect(portOf({ run: node('') }).cleanUp).toBeUndefined()
  const port = portOf({ run: node(''), cleanUp: node('process.exit(Number(process.argv[1]))', '{1}') })
  expect(await port.cleanUp?.(['0'], command())).toEqual({ ok: true })
  expect(await port.cleanUp?.(['4'], command())).toMatchObject({ ok: false })
})
