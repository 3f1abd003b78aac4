import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entryPoints, type FunctionName } from '#contracts/environment.ts'
import type { Bundles } from '#infra/bundles.ts'
import { synthesise } from '#infra/synth.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
export type Resource = {
  readonly Type: string
  readonly Properties: Record<string, Json>
  readonly [more: string]: Json
}
export type Template = { readonly Resources: Record<string, Resource>; readonly Outputs?: Record<string, Json> }

/** Stands for the bundles, which take longer than all the rest and are not what these tests look at. */
const stubs = (directory: string): Bundles =>
  Object.fromEntries(
    (Object.keys(entryPoints) as FunctionName[]).map((name) => {
      const path = join(directory, name)
      mkdirSync(path, { recursive: true })
      writeFileSync(join(path, 'index.mjs'), `export const handler = () => '${name}'`)
      return [name, path]
    }),
  ) as Bundles

/** Both templates, as `cdk synth` makes them. */
export const templatesOf = async (stage = 'dev'): Promise<{ data: Template; app: Template; text: string }> => {
  const directory = mkdtempSync(join(tmpdir(), 'benchtime-synth-'))
  try {
    const { templates } = await synthesise(join(directory, 'out'), {
      stage,
      bundles: stubs(join(directory, 'bundles')),
    })
    const data = readFileSync(templates.data, 'utf8')
    const app = readFileSync(templates.app, 'utf8')
    return { data: JSON.parse(data) as Template, app: JSON.parse(app) as Template, text: data + app }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

export const ofType = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)

export const only = (template: Template, type: string): Resource => {
  const found = ofType(template, type)
  if (found.length !== 1 || !found[0]) throw new Error(`There are ${found.length} of ${type}, not one.`)
  return found[0][1]
}

/** The definition of a state machine whose name ends so: `runs`, `planning`. */
export const definitionOf = (template: Template, ending: string): object => {
  const machine = ofType(template, 'AWS::StepFunctions::StateMachine').find(([, { Properties }]) =>
    flat(Properties.StateMachineName ?? '').endsWith(`-${ending}`),
  )
  if (!machine) throw new Error(`There is no state machine -${ending}.`)
  return JSON.parse(flat(machine[1].Properties.DefinitionString ?? '')) as object
}

/** Every text anywhere in a value, intrinsics flattened: `Fn::Join` joined, references as `<name>`. */
export const flat = (value: Json): string => {
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.map(flat).join(' ')
  const of = value as Record<string, Json>
  if (of['Fn::Join']) {
    const [by, parts] = of['Fn::Join'] as [string, Json[]]
    return parts.map(flat).join(by)
  }
  if (of.Ref) return `<${String(of.Ref)}>`
  if (of['Fn::GetAtt']) return `<${(of['Fn::GetAtt'] as string[]).join('.')}>`
  if (of['Fn::ImportValue']) return `<import ${String(of['Fn::ImportValue'])}>`
  return Object.entries(of)
    .map(([name, inner]) => `${name} ${flat(inner)}`)
    .join(' ')
}
