import { type App, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { AppStack } from './stacks/app-stack.ts'
import { DataStack } from './stacks/data-stack.ts'

const stagePattern = /^[a-z][a-z0-9]{0,15}$/

/** The whole of Benchtime for one stage: what must never be lost apart from what can be made again. */
export const benchtime = (app: App, stage: string): { readonly data: DataStack; readonly app: AppStack } => {
  if (!stagePattern.test(stage))
    throw new Error(`The stage "${stage}" must be 1 to 16 lower-case letters and digits, such as dev or prod.`)
  const data = new DataStack(app, `Benchtime-${stage}-Data`, { stage })
  const service = new AppStack(app, `Benchtime-${stage}-App`, { stage, table: data.table, people: data.people })
  Tags.of(app).add('product', 'benchtime')
  Tags.of(app).add('stage', stage)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  Validations.of(app).addPlugins(new ServerlessChecks(app))
  return { data, app: service }
}
