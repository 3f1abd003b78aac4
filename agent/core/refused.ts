import type { CommandResult, RefusalReason } from '#contracts/agents/messages.ts'

/** A command that is not begun: nothing was written, touched or moved for it. `message` says what to do. */
export const refused = (reason: RefusalReason, message: string): CommandResult => ({
  outcome: 'refused',
  reason,
  message,
})
