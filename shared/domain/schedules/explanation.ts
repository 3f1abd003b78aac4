import * as z from 'zod'
import { runSchema } from '../runs/run.ts'
import { instantSchema } from '../time.ts'

/** What became of one time of a schedule, or why nothing did. */
const explanations = {
  recorded: 'a run stands for it; see its outcome and reason',
  'not-yet': 'it is still to come',
  'on-its-way': 'it was due just now; a firing may take a minute',
  'not-created': 'the schedule was made later',
  'outside-window': 'it lies before the start or after the end of the schedule',
  excluded: 'the schedule does not fire on that day, or a person took that time out',
  'not-due': 'the rule does not name that time',
  stopped: 'the schedule was paused, in recovery, completed or archived then',
  forgotten: 'it is older than the workspace keeps runs',
  missed: 'it was due, and nothing is recorded: the firing did not arrive',
} as const
export type Answer = keyof typeof explanations

export const explanationSchema = z
  .strictObject({
    at: instantSchema,
    local: z.string(),
    answer: z.enum(Object.keys(explanations) as [Answer, ...Answer[]]).meta({
      description: Object.entries(explanations)
        .map(([answer, meaning]) => `${answer}: ${meaning}`)
        .join('; '),
    }),
    message: z.string(),
    run: runSchema.optional(),
  })
  .meta({ id: 'Explanation', description: 'What became of one time of a schedule, or why nothing did' })
export type Explanation = z.output<typeof explanationSchema>
