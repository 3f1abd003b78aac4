import { type Command, isOpen, mayBeDriving } from '#domain/commands/command.ts'
import type { AgentId, AssetId, CommandId, WorkspaceId } from '#domain/ids.ts'
import { mayRun } from '#domain/runs/may-run.ts'
import { hasDrive } from '#domain/runs/run.ts'
import { instantOf, msOf, seconds } from '#domain/time.ts'
import { stopFor } from '#domain/workspaces/stop.ts'
import type { World } from '../world.ts'

export type PollInput = {
  readonly workspaceId: WorkspaceId
  readonly agentId: AgentId
  /** Drawn when the agent's process started; a grant belongs to one session. */
  readonly session: string
  /** Further commands that the agent can take now. */
  readonly want: number
  readonly driving: readonly CommandId[]
  readonly fences: readonly { readonly assetId: AssetId; readonly fence: number }[]
}

type Granted = Extract<Command, { status: 'granted' }>

export type PollAnswer = {
  readonly controls: readonly {
    readonly type: 'abort' | 'pause' | 'resume'
    readonly commandId: CommandId
    readonly note: string | undefined
  }[]
  /** The one grant of this command, with the time that is left to start it. */
  readonly granted: { readonly command: Granted; readonly validForMs: number } | undefined
  /** Letters wait that this answer does not grant. */
  readonly more: boolean
  /** Granted to an earlier session and not known to have ended. */
  readonly unresolved: readonly Command[]
}

/** A grant that its session seems not to have received is repeated for this long; the agent starts a command id once. */
const repeatGrantForMs = seconds(60)

const raiseFences = async (input: PollInput, world: Pick<World, 'store'>): Promise<void> => {
  const { workspaceId } = input
  if (input.fences.length === 0) return
  const assets = await world.store.getMany(
    'asset',
    input.fences.map(({ assetId }) => ({ workspaceId, id: assetId })),
  )
  const own = input.fences.filter((_, index) => assets[index]?.agentId === input.agentId)
  const ledgers = await world.store.ledger(
    workspaceId,
    own.map(({ assetId }) => ({ assetId, days: [] })),
  )
  for (const { assetId, open } of ledgers) {
    const seen = own.find((entry) => entry.assetId === assetId)?.fence ?? 0
    // A conflict means that the asset is being claimed right now; the agent's next session raises the fence again.
    if (seen > open.fence)
      await world.store.commit([
        { type: 'raise-fence', workspaceId, assetId, item: 'OPEN', expect: open.version, fence: seen },
      ])
  }
}

/** Whether the run behind a queued letter still wants it driven (I10). */
const stillWanted = async (letter: Command, world: Pick<World, 'store' | 'clock'>): Promise<boolean> => {
  const { workspaceId } = letter
  if (letter.abort || world.clock.now() > msOf(letter.notAfter)) return false
  const run = await world.store.get('run', { workspaceId, id: letter.runId })
  if (!run || !hasDrive(run) || run.drive.commandId !== letter.id || run.abort) return false
  const [workspace, schedule, assets] = await Promise.all([
    world.store.get('workspace', { id: workspaceId }),
    run.scheduleId && world.store.get('schedule', { workspaceId, id: run.scheduleId }),
    world.store.getMany(
      'asset',
      run.drive.assets.map(({ assetId }) => ({ workspaceId, id: assetId })),
    ),
  ])
  // What was queued before somebody threw it is void.
  if (workspace?.emergencyStop || assets.some((asset) => asset?.emergencyStop)) return false
  if (stopFor(workspace?.stops, schedule ? schedule.tags : [])) return false
  return run.scheduleId === undefined || (!!schedule && mayRun(schedule, run.trigger))
}

type Judged = {
  readonly granted: Granted | undefined
  /** Letters that nobody wants any more; they lie there until their workflow is settled. */
  readonly unwanted: ReadonlySet<string>
}

/** Grants the oldest letter that is still wanted: a conditional write, immediately before the agent may start (I2). */
const grantOne = async (
  letters: readonly Command[],
  session: string,
  world: Pick<World, 'store' | 'clock' | 'callbacks'>,
): Promise<Judged> => {
  const unwanted = new Set<string>()
  for (const letter of letters) {
    if (letter.status !== 'queued') continue
    if (!(await stillWanted(letter, world))) {
      // Nobody will drive it: let the workflow go on now instead of at its deadline.
      await world.callbacks.fail(letter.taskToken, 'DriveRefused', 'The command is not wanted any more.')
      unwanted.add(letter.id)
      continue
    }
    const granted: Granted = {
      ...letter,
      status: 'granted',
      session,
      grantedAt: instantOf(world.clock.now()),
      version: letter.version + 1,
    }
    const committed = await world.store.commit([
      { type: 'put', kind: 'command', value: granted, expect: letter.version },
    ])
    if (committed.committed) return { granted, unwanted }
  }
  return { granted: undefined, unwanted }
}

const isRepeat = (letter: Command, input: PollInput, nowMs: number): letter is Granted =>
  letter.status === 'granted' &&
  letter.session === input.session &&
  !letter.abort &&
  !input.driving.includes(letter.id) &&
  nowMs - msOf(letter.grantedAt) < repeatGrantForMs &&
  nowMs <= msOf(letter.notAfter)

/** "What is for me?" Controls first, then at most one command, granted to this session. */
export const answerPoll = async (
  input: PollInput,
  world: Pick<World, 'store' | 'clock' | 'callbacks'>,
): Promise<PollAnswer> => {
  await raiseFences(input, world)
  const letters = (await world.store.mailbox(input.workspaceId, input.agentId)).filter(isOpen)
  const nowMs = world.clock.now()
  const held = letters.filter(mayBeDriving)
  const repeat = letters.find((letter): letter is Granted => isRepeat(letter, input, nowMs))
  const judged =
    input.want > 0 && !repeat
      ? await grantOne(letters, input.session, world)
      : { granted: input.want > 0 ? repeat : undefined, unwanted: new Set() }
  const command = judged.granted
  return {
    controls: held.flatMap(({ id: commandId, abort, pause }): PollAnswer['controls'] =>
      abort
        ? [{ type: 'abort', commandId, note: abort.note }]
        : pause
          ? [{ type: pause.wanted ? 'pause' : 'resume', commandId, note: undefined }]
          : [],
    ),
    granted: command && { command, validForMs: Math.max(0, msOf(command.notAfter) - world.clock.now()) },
    // What nobody wants is not worth another question.
    more: letters.some(({ status, id }) => status === 'queued' && id !== command?.id && !judged.unwanted.has(id)),
    unresolved: held.filter(({ id, session }) => session !== input.session && !input.driving.includes(id)),
  }
}
