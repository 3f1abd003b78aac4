import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import { stepped } from './guarded.ts'
import type { AgentPorts } from './ports.ts'

type Wanted = NonNullable<GrantedCommand['steps']>[number]

/** What has been done before a drive, and has to be tidied up after it. */
export type Prepared = {
  /** Why the drive may not begin. */
  readonly failed: string | undefined
  /** Runs the clean-ups of all that had begun, the last first. @returns what went wrong, for a person */
  cleanUp(): Promise<string | undefined>
}

type StepPorts = Pick<AgentPorts, 'steps' | 'clock' | 'log'>

export const unknownStep = (command: GrantedCommand, { steps }: StepPorts): CommandResult | undefined => {
  const unknown = command.steps?.find(({ name }) => !steps?.has(name))
  return (
    unknown && {
      outcome: 'refused',
      reason: 'unknown-step',
      message: `This agent knows no step "${unknown.name}"; it knows ${[...(steps?.keys() ?? [])].join(', ') || 'none'}. Steps stand in the agent’s configuration.`,
    }
  )
}

/** Does the steps in their order, up to the first that fails. A step that failed is tidied up too: it had begun. */
export const prepare = async (
  command: GrantedCommand,
  ports: StepPorts,
  onStep: (name: string) => void,
): Promise<Prepared> => {
  const begun: Wanted[] = []
  let failed: string | undefined
  for (const step of command.steps ?? []) {
    begun.push(step)
    onStep(step.name)
    const port = ports.steps?.get(step.name)
    const { ok, message } = port
      ? await stepped(ports.clock, () => port.run(step.args, command))
      : { ok: false, message: 'unknown' }
    if (ok) continue
    failed = `Step "${step.name}" failed${message ? `: ${message}` : ''}.`
    break
  }
  return {
    failed,
    cleanUp: async () => {
      const troubles: string[] = []
      for (const step of begun.toReversed()) {
        const cleanUp = ports.steps?.get(step.name)?.cleanUp
        if (!cleanUp) continue
        const { ok, message = '' } = await stepped(ports.clock, () => cleanUp(step.args, command))
        if (!ok) troubles.push(`The clean-up of step "${step.name}" failed: ${message}`)
      }
      for (const trouble of troubles) ports.log('error', trouble, { commandId: command.commandId })
      return troubles.length > 0 ? troubles.join(' ') : undefined
    },
  }
}
