import { type App, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import type { Bundles } from './bundles.ts'
import { AppStack } from './stacks/app-stack.ts'
import { DataStack } from './stacks/data-stack.ts'

const stagePattern = /^[a-z][a-z0-9]{0,15}$/

type Props = {
  /** Names one whole Benchtime among others of the account, such as `dev` or `prod`. */
  readonly stage: string
  readonly bundles: Bundles
  /** Addresses that people give may lie in private networks, too: for an installation that is closed to strangers. */
  readonly webhooksAnywhere?: boolean | undefined
  /** Sender of mail, an identity that SES has verified; no mail is sent where it is left out. */
  readonly mailFrom?: string | undefined
}

/**
 * The whole of Benchtime for one stage: what must never be lost apart from what can be made again. Synthesis fails on every
 * finding of the template checks that is not acknowledged with a reason.
 * @throws where the stage cannot be part of every name that AWS asks for
 */
export const benchtime = (
  app: App,
  { stage, bundles, webhooksAnywhere = false, mailFrom = '' }: Props,
): { readonly data: DataStack; readonly app: AppStack } => {
  if (!stagePattern.test(stage))
    throw new Error(`The stage "${stage}" must be 1 to 16 lower-case letters and digits, such as dev or prod.`)
  const data = new DataStack(app, `Benchtime-${stage}-Data`, { stage })
  const { table, people, files } = data
  const service = new AppStack(app, `Benchtime-${stage}-App`, {
    stage,
    bundles,
    table,
    people,
    files,
    webhooks: webhooksAnywhere ? 'anywhere' : 'public',
    mailFrom,
  })
  Tags.of(app).add('product', 'benchtime')
  Tags.of(app).add('stage', stage)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
  return { data, app: service }
}
