import type { CommandResult } from '#contracts/agents/messages.ts'
import { resultOf } from '../../programs/ending.ts'
import type { Interpret } from '../../programs/launch.ts'
import type { HamiltonConfig } from './config.ts'
import type { Trace } from './trace.ts'

/** What a person has to look at after an end that nobody saw, and how it can go on. */
export const unknownState = (trace: Trace | undefined): Pick<CommandResult, 'uncertain' | 'options'> => ({
  uncertain: [
    {
      key: 'method.step',
      kind: 'step',
      description: 'How far the method has come',
      ...(trace?.lastStep !== undefined && { before: trace.lastStep }),
    },
    { key: 'channels.tips', kind: 'tip', description: 'Whether tips are on the channels', expected: 'no tips' },
    {
      key: 'deck',
      kind: 'position',
      description: 'Where plates, lids and grippers stand',
      expected: 'as at the start',
    },
  ],
  options: [
    {
      id: 'start-over',
      action: 'retry-from-step',
      step: 'beginning of the method',
      title: 'Run the method again from its beginning',
      manualWork: 'Eject tips, put plates and tip racks back as at the start, replace what was used up.',
    },
    {
      id: 'give-up',
      action: 'abort',
      title: 'Leave it',
      manualWork: 'Eject tips and clear the deck, so that the next run finds it as it expects.',
      isDefault: true,
    },
  ],
})

/** What a method came to, from the exit code of HxRun and its trace. Where they disagree, what is less good counts. */
export const judge =
  (config: HamiltonConfig, traceOf: (startedAt: string) => Trace | undefined): Interpret =>
  (of) => {
    const plain = resultOf(of)
    const { ending, asked, startedAt } = of
    if (plain.outcome === 'refused' || asked !== undefined) return plain
    const trace = traceOf(startedAt)
    const told = {
      startedAt,
      ...(ending?.kind === 'ended' && { outputTail: ending.outputTail, endedAt: ending.endedAt }),
      ...(plain.exitCode !== undefined && { exitCode: plain.exitCode }),
    }
    const because = trace?.error ? ` The trace says: ${trace.error}` : ''
    if (trace?.end === 'aborted')
      return {
        outcome: 'aborted',
        reason: 'stopped-at-instrument',
        message: `Somebody stopped the method at the instrument.${because}`,
        ...told,
      }
    const meaning = ending?.kind === 'ended' && ending.code !== null ? config.exitCodes[String(ending.code)] : undefined
    if (meaning === 'aborted')
      return {
        outcome: 'aborted',
        reason: 'stopped-at-instrument',
        message: `HxRun ended with exit code ${plain.exitCode}, which means that the method was stopped.`,
        ...told,
      }
    if (meaning === 'succeeded' && trace?.end !== 'error') return { outcome: 'succeeded', ...told }
    if (meaning === 'failed' || trace?.end === 'error' || trace?.end === 'complete')
      return {
        outcome: 'failed',
        reason: 'exit-code',
        message: `The method did not succeed; HxRun ended with exit code ${plain.exitCode ?? 'unknown'}.${because}`,
        ...told,
      }
    return {
      outcome: 'indeterminate',
      reason: ending ? 'hxrun-crashed' : 'power-loss',
      message: `HxRun ended in the middle of the method${plain.exitCode === undefined ? '' : ` (exit code ${plain.exitCode})`}; nothing tells how far the instrument came.${because}`,
      ...told,
      ...unknownState(trace),
    }
  }
