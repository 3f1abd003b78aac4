/** The state machine of a run, walked as Step Functions would. */
import { beforeAll, describe, expect, test } from 'vitest'
import { definitionOf, templatesOf } from './synthesised.ts'

type State = {
  Type: string
  Next?: string
  End?: boolean
  Default?: string
  Choices?: { Variable: string; StringEquals: string; Next: string }[]
  Catch?: { ErrorEquals: string[]; Next: string }[]
  Retry?: { ErrorEquals: string[]; MaxAttempts: number }[]
  TimeoutSeconds?: number
  TimeoutSecondsPath?: string
  HeartbeatSecondsPath?: string
  Resource?: string
}
let machine: { StartAt: string; States: Record<string, State> }

beforeAll(async () => {
  const { app } = await templatesOf()
  machine = definitionOf(app, 'runs') as never
})

/** States entered until the end, where Prepare answers one action after the other. */
const walk = (actions: readonly string[]): string[] => {
  const left = [...actions]
  const entered: string[] = []
  for (let name: string | undefined = machine.StartAt; name !== undefined; ) {
    entered.push(name)
    const state: State | undefined = machine.States[name]
    if (!state) throw new Error(`There is no state ${name}.`)
    const action: string | undefined = state.Type === 'Choice' ? left.shift() : undefined
    name =
      state.Type === 'Choice'
        ? (state.Choices?.find(({ StringEquals }) => StringEquals === action)?.Next ?? state.Default)
        : state.Next
  }
  return entered
}

describe('a run', () => {
  test('that goes well enters four states', () => {
    expect(walk(['drive'])).toEqual(['Prepare', 'Route', 'Drive', 'Finish'])
  })
  test('that is skipped enters no Drive', () => {
    expect(walk(['end'])).toEqual(['Prepare', 'Route', 'Done'])
  })
  test('that waits asks again', () => {
    expect(walk(['wait', 'wait', 'drive'])).toEqual([
      'Prepare',
      'Route',
      'Wait',
      'Prepare',
      'Route',
      'Wait',
      'Prepare',
      'Route',
      'Drive',
      'Finish',
    ])
  })
})

test('Drive waits with a time limit and a heartbeat, and never drives again by itself (I11)', () => {
  const drive = machine.States.Drive
  expect(drive?.Resource).toContain('waitForTaskToken')
  expect(drive?.TimeoutSecondsPath).toBe('$.timeoutSeconds')
  expect(drive?.HeartbeatSecondsPath).toBe('$.heartbeatSeconds')
  const ofEnds = drive?.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes('States.HeartbeatTimeout'))
  expect(ofEnds).toMatchObject({ MaxAttempts: 0 })
  expect(ofEnds?.ErrorEquals).toEqual(expect.arrayContaining(['States.Timeout', 'DriveEnded', 'DriveRefused']))
})

test('every step is tried again when it crashes, has a limit, and what fails for good goes on to a settled end', () => {
  for (const [name, state] of Object.entries(machine.States)) {
    if (state.Type !== 'Task') continue
    expect(state.Retry?.at(-1)?.ErrorEquals, name).toEqual(['States.ALL'])
    expect(state.TimeoutSeconds ?? state.TimeoutSecondsPath, name).toBeDefined()
    expect(state.Catch?.at(-1)?.ErrorEquals, name).toEqual(['States.ALL'])
  }
})

test('every state leads to an end, and every end is known', () => {
  const next = ({ Next, Default, Choices = [], Catch = [] }: State) =>
    [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((each) => each.Next)].filter(
      (name) => name !== undefined,
    )
  for (const [name, state] of Object.entries(machine.States)) {
    for (const to of next(state)) expect(machine.States, `${name} → ${to}`).toHaveProperty([to])
    if (next(state).length === 0)
      expect(state.End === true || ['Succeed', 'Fail'].includes(state.Type), name).toBe(true)
  }
})
