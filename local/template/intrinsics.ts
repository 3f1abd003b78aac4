/** Resolves CloudFormation's intrinsic functions over all stacks of an assembly to concrete values. */
import type { Json, JsonObject } from '../json.ts'
import type { Stack } from './assembly.ts'
import { account, type Identity, identityOf, partition, region } from './names.ts'

/** A reference that leads nowhere, or an intrinsic that the laptop cloud does not know. Names stack and place. */
export class Unresolvable extends Error {
  override readonly name = 'Unresolvable'
}

export type Resolver = {
  /** The value with every intrinsic replaced. Keys whose value is AWS::NoValue are dropped. */
  resolve(stack: Stack, value: Json): Json
  identity(stack: Stack, logicalId: string): Identity
  condition(stack: Stack, name: string): boolean
}

const noValue = Symbol('AWS::NoValue')
type Resolved = Json | typeof noValue

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: Resolved, where: string): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Unresolvable(`${where}: a text is needed, not ${JSON.stringify(value)}.`)
}

const listOf = (value: Resolved, where: string): Json[] => {
  if (Array.isArray(value)) return value
  throw new Unresolvable(`${where}: a list is needed, not ${JSON.stringify(value)}.`)
}

export const createResolver = (stacks: readonly Stack[]): Resolver => {
  const identities = new Map<string, Identity>()

  const pseudo = (stack: Stack): Record<string, Resolved> => ({
    'AWS::Region': region,
    'AWS::AccountId': account,
    'AWS::Partition': partition,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/${stack.name}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  })

  const identity = (stack: Stack, logicalId: string): Identity => {
    const key = `${stack.name}/${logicalId}`
    const known = identities.get(key)
    if (known) return known
    const resource = stack.resources[logicalId]
    if (!resource) throw new Unresolvable(`Stack ${stack.name} refers to "${logicalId}", which it does not define.`)
    const made = identityOf(stack.name, logicalId, resource.type, (name) => {
      const value = resource.properties[name]
      return value === undefined ? undefined : resolve(stack, value)
    })
    identities.set(key, made)
    return made
  }

  const ref = (stack: Stack, name: string): Resolved => {
    const known = pseudo(stack)[name]
    if (known !== undefined) return known
    const parameter = stack.parameters[name]
    if (isObject(parameter)) {
      if (parameter.Default === undefined) throw new Unresolvable(`Parameter ${name} of ${stack.name} has no default.`)
      return parameter.Default
    }
    return identity(stack, name).ref
  }

  const attribute = (stack: Stack, logicalId: string, name: string): string => {
    const value = identity(stack, logicalId).attributes[name]
    if (value === undefined)
      throw new Unresolvable(
        `Fn::GetAtt ${logicalId}.${name} in ${stack.name}: the laptop cloud gives ${stack.resources[logicalId]?.type} no attribute "${name}" (local/template/names.ts).`,
      )
    return value
  }

  const imported = (name: string): Resolved => {
    for (const stack of stacks)
      for (const output of Object.values(stack.outputs)) {
        if (!isObject(output) || !isObject(output.Export) || output.Export.Name === undefined) continue
        if (output.Value !== undefined && visit(stack, output.Export.Name) === name) return visit(stack, output.Value)
      }
    throw new Unresolvable(`Fn::ImportValue "${name}": no stack of the assembly exports it.`)
  }

  const substituted = (stack: Stack, argument: Json): string => {
    const [template, variables] = Array.isArray(argument) ? argument : [argument, {}]
    const where = `Fn::Sub in ${stack.name}`
    return textOf(template ?? null, where).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      const variable = isObject(variables) ? variables[name] : undefined
      if (variable !== undefined) return textOf(visit(stack, variable), where)
      const [logicalId = '', ...path] = name.split('.')
      return path.length > 0 ? attribute(stack, logicalId, path.join('.')) : textOf(ref(stack, name), where)
    })
  }

  const condition = (stack: Stack, name: string): boolean => {
    const body = stack.conditions[name]
    if (body === undefined) throw new Unresolvable(`Condition "${name}" is not defined in ${stack.name}.`)
    return truth(stack, body)
  }

  const truth = (stack: Stack, body: Json): boolean => {
    if (isObject(body) && typeof body.Condition === 'string') return condition(stack, body.Condition)
    const value = visit(stack, body)
    return value === true || value === 'true'
  }

  const functions: Record<string, (stack: Stack, argument: Json) => Resolved> = {
    Ref: (stack, argument) => ref(stack, textOf(argument, 'Ref')),
    'Fn::GetAtt': (stack, argument) => {
      const [logicalId = '', ...path] = Array.isArray(argument)
        ? argument.map(String)
        : textOf(argument, 'Fn::GetAtt').split('.')
      return attribute(stack, logicalId, path.join('.'))
    },
    'Fn::Sub': substituted,
    'Fn::Join': (stack, argument) => {
      const [separator, parts] = listOf(argument, 'Fn::Join')
      return listOf(visit(stack, parts ?? null), 'Fn::Join')
        .map((part) => textOf(part, `Fn::Join in ${stack.name}`))
        .join(textOf(separator ?? null, 'Fn::Join'))
    },
    'Fn::Select': (stack, argument) => {
      const [index, list] = listOf(argument, 'Fn::Select')
      const picked = listOf(visit(stack, list ?? null), 'Fn::Select')[Number(visit(stack, index ?? null))]
      if (picked === undefined)
        throw new Unresolvable(`Fn::Select in ${stack.name}: nothing at ${JSON.stringify(index)}.`)
      return picked
    },
    'Fn::Split': (stack, argument) => {
      const [separator, text] = listOf(argument, 'Fn::Split')
      return textOf(visit(stack, text ?? null), 'Fn::Split').split(textOf(separator ?? null, 'Fn::Split'))
    },
    'Fn::ImportValue': (stack, argument) => imported(textOf(visit(stack, argument), 'Fn::ImportValue')),
    'Fn::If': (stack, argument) => {
      const [name, yes, no] = listOf(argument, 'Fn::If')
      return visit(stack, (condition(stack, textOf(name ?? null, 'Fn::If')) ? yes : no) ?? null)
    },
    'Fn::Equals': (stack, argument) => {
      const [a, b] = listOf(argument, 'Fn::Equals').map((side) => visit(stack, side))
      return JSON.stringify(a) === JSON.stringify(b)
    },
    'Fn::And': (stack, argument) => listOf(argument, 'Fn::And').every((part) => truth(stack, part)),
    'Fn::Or': (stack, argument) => listOf(argument, 'Fn::Or').some((part) => truth(stack, part)),
    'Fn::Not': (stack, argument) => !truth(stack, listOf(argument, 'Fn::Not')[0] ?? null),
    'Fn::FindInMap': (stack, argument) => {
      const [map = '', first = '', second = ''] = listOf(argument, 'Fn::FindInMap').map((key) =>
        textOf(visit(stack, key), 'Fn::FindInMap'),
      )
      const found = ((stack.mappings[map] as JsonObject | undefined)?.[first] as JsonObject | undefined)?.[second]
      if (found === undefined) throw new Unresolvable(`Fn::FindInMap ${map}.${first}.${second}: not in ${stack.name}.`)
      return found
    },
    'Fn::ToJsonString': (stack, argument) => JSON.stringify(visit(stack, argument)),
  }

  const visit = (stack: Stack, value: Json): Resolved => {
    if (Array.isArray(value))
      return value.map((item) => visit(stack, item)).filter((item): item is Json => item !== noValue)
    if (!isObject(value)) return value
    const [only, ...others] = Object.keys(value)
    if (only !== undefined && others.length === 0) {
      const call = functions[only]
      if (call) return call(stack, value[only] ?? null)
      if (only.startsWith('Fn::'))
        throw new Unresolvable(`${only} in ${stack.name}: the laptop cloud does not know this intrinsic.`)
    }
    const entries = Object.entries(value).map(([key, item]): [string, Resolved] => [key, visit(stack, item)])
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== noValue))
  }

  const resolve = (stack: Stack, value: Json): Json => {
    const resolved = visit(stack, value)
    return resolved === noValue ? null : resolved
  }

  return { resolve, identity, condition }
}
