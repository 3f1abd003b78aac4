import * as z from 'zod'

/** What may be unknown after an uncertain end; the kinds tell a person what to look at. */
export const factKinds = {
  volume: 'how much liquid is where; microlitres',
  tip: 'whether a tip is on a channel, or still in its rack',
  temperature: 'how warm something is; degrees Celsius',
  position: 'where a carrier, plate or arm stands',
  step: 'how far the protocol has come',
  other: 'anything else',
} as const
type FactKind = keyof typeof factKinds

/** One thing that nobody knows after an uncertain end, as the driver or the protocol declares it. */
export const uncertainFactSchema = z
  .strictObject({
    /** Names it within its recovery, such as `tip.channel-1`. */
    key: z
      .string()
      .min(1)
      .max(80)
      .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'letters, digits and . _ : -'),
    kind: z.enum(Object.keys(factKinds) as [FactKind, ...FactKind[]]),
    /** What a person is asked to look at. */
    description: z.string().min(1).max(300),
    /** What it is if the drive went as planned. */
    expected: z.json().optional(),
    /** What it was, as far as was known last. */
    before: z.json().optional(),
  })
  .meta({ id: 'UncertainFact', description: 'Something that nobody knows after an uncertain end' })
export type UncertainFact = z.output<typeof uncertainFactSchema>

/** One way to go on, as the driver offers it. */
export const continuationOptionSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(60)
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case letters, digits and -'),
    action: z.enum(['resume', 'retry-from-step', 'abort']).meta({
      description:
        'resume: go on where it stopped; retry-from-step: do a step again; abort: give up, nothing is driven any more',
    }),
    title: z.string().min(1).max(120),
    /** What a person does by hand before; nothing where it is left out. */
    manualWork: z.string().min(1).max(500).optional(),
    /** The step to begin with. */
    step: z.string().min(1).max(120).optional(),
    /** Taken by itself when the time is over. */
    isDefault: z.boolean().optional(),
    /** Until the default is taken by itself; never, where it is left out. */
    timeoutSeconds: z
      .int()
      .min(60)
      .max(7 * 86_400)
      .optional(),
  })
  .meta({ id: 'ContinuationOption', description: 'A way to go on after an uncertain end' })
export type ContinuationOption = z.output<typeof continuationOptionSchema>

export const mostFacts = 50
export const mostOptions = 10

/** How a drive goes on from an earlier one: which way was chosen, and what a person found. */
export const continuationSchema = z.strictObject({
  /** The command that it goes on from. */
  ofCommandId: z.string(),
  option: z.string(),
  action: z.enum(['resume', 'retry-from-step']),
  step: z.string().optional(),
  /** What a person found, by the key of the fact. */
  facts: z.record(z.string(), z.json()),
})
