import { type EnvironmentOf, environments, type FunctionName } from '#contracts/environment.ts'

/** The environment of this function, or an error that names what is missing, before anything is done. */
export const readEnvironment = <F extends FunctionName>(name: F): EnvironmentOf<F> => {
  const parsed = environments[name].safeParse(process.env)
  if (!parsed.success)
    throw new Error(
      `Function ${name} lacks environment variables: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}. The stack must supply them.`,
    )
  return parsed.data as EnvironmentOf<F>
}
