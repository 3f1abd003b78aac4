import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { benchtime } from './benchtime.ts'
import { type Bundles, bundleFunctions } from './bundles.ts'

const root = join(import.meta.dirname, '..')

export type Synthesised = {
  /** The cloud assembly: templates, and the bundles as assets beside them. */
  readonly directory: string
  readonly templates: { readonly data: string; readonly app: string }
}

/**
 * Synthesises in this process what `cdk synth` would, into a directory of its own: no account, no network.
 * @param bundles of every function; made from the sources where none are given
 * @throws with the findings on stderr where a template check finds something that is not acknowledged
 */
export const synthesise = async (
  outdir: string,
  {
    stage = 'dev',
    bundles,
    mailFrom,
  }: { readonly stage?: string; readonly bundles?: Bundles; readonly mailFrom?: string } = {},
): Promise<Synthesised> => {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> }
  const app = new App({ outdir, context, analyticsReporting: false })
  const stacks = benchtime(app, { stage, bundles: bundles ?? (await bundleFunctions()), mailFrom })
  const { directory } = app.synth()
  return {
    directory,
    templates: { data: join(directory, stacks.data.templateFile), app: join(directory, stacks.app.templateFile) },
  }
}
