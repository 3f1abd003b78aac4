import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { AssetId, CommandId, MessageId } from '#domain/ids.ts'
import type { JournalRecord } from './ports.ts'

export type Done = { readonly messageId: MessageId; readonly result: CommandResult; readonly acked: boolean }

/** What the records add up to. */
export type Remembered = {
  readonly intents: Map<CommandId, GrantedCommand>
  readonly done: Map<CommandId, Done>
  /** Highest fence seen per asset (I9). */
  readonly fences: Map<AssetId, number>
}

/** Commands that are over and acknowledged are remembered at least this far back, so that a late repeat is recognised. */
const keepSettled = 2_000

export const emptyMemory = (): Remembered => ({ intents: new Map(), done: new Map(), fences: new Map() })

/** Takes one record into account; the same record twice changes nothing. */
export const remember = (memory: Remembered, record: JournalRecord): void => {
  switch (record.type) {
    case 'intent':
      memory.intents.set(record.command.commandId, record.command)
      for (const { assetId, fence } of record.command.fences)
        memory.fences.set(assetId, Math.max(fence, memory.fences.get(assetId) ?? 0))
      return
    case 'done':
      memory.done.set(record.commandId, { messageId: record.messageId, result: record.result, acked: false })
      return
    case 'acked': {
      const done = memory.done.get(record.commandId)
      if (!done || done.acked) return
      // Last in the order: what was settled longest ago comes first.
      memory.done.delete(record.commandId)
      memory.done.set(record.commandId, { ...done, acked: true })
      forgetOldest(memory)
    }
  }
}

/** An agent that runs for years does not grow. Fences are kept whatever happens. */
const forgetOldest = ({ done, intents }: Remembered): void => {
  if (done.size <= keepSettled) return
  for (const [commandId, { acked }] of done) {
    if (done.size <= keepSettled) return
    if (!acked) continue
    done.delete(commandId)
    intents.delete(commandId)
  }
}

/** Intents whose end is not known: the instrument may have moved. */
export const uncertain = (memory: Remembered): GrantedCommand[] =>
  [...memory.intents.values()].filter(({ commandId }) => !memory.done.has(commandId))
