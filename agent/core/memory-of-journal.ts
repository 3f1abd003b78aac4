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
      if (done) memory.done.set(record.commandId, { ...done, acked: true })
    }
  }
}

/** Intents whose end is not known: the instrument may have moved. */
export const uncertain = (memory: Remembered): GrantedCommand[] =>
  [...memory.intents.values()].filter(({ commandId }) => !memory.done.has(commandId))
