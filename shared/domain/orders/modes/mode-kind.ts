import * as z from 'zod'

/** Roll and pitch, in degrees. */
export type Pointing = readonly [roll: number, pitch: number]

/** All that planning knows of a kind of work. */
export type ModeKind<S extends z.ZodObject = z.ZodObject> = {
  /** What is said of such work; its `kind` is a literal. */
  readonly schema: S
  /** The finest time that it is planned by. */
  readonly unit: 'minute' | 'second'
  /** Class of setup, for the changeovers of an asset. */
  readonly setupOf?: (mode: z.output<S>) => string | undefined
  /** Where the asset points for it; from one to the next it turns as fast as it can. */
  readonly pointingOf?: (mode: z.output<S>) => Pointing
}

export const modeKind = <S extends z.ZodObject>(kind: ModeKind<S>): ModeKind<S> => kind

export const degrees = (most: number) => z.number().min(-most).max(most)
