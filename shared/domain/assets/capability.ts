import * as z from 'zod'

/**
 * What an asset can do. A capability is a name, or a name with a value: `pipetting`, `volume: 1000 ul`, `mode: dry`.
 * A need is a name (any value will do), a name with the value it must have, or a bound for a number in the same unit:
 * `volume >= 500 ul`, `temperature <= 4 C`. Units are compared as they are written; nothing is converted.
 */
const name = '[a-z0-9][a-z0-9._-]{0,59}'
const value = '[^\\s:<>=,;"][^:<>=,;"\\n]{0,59}'

export const capabilitySchema = z
  .string()
  .max(130)
  .regex(
    new RegExp(`^${name}(?:: ${value})?$`),
    'expected a name in lower case letters, digits and . _ -, or a name with a value such as `volume: 1000 ul`',
  )
  .meta({ description: 'A named ability, perhaps with a value', examples: ['pipetting', 'volume: 1000 ul'] })

export const capabilityNeedSchema = z
  .string()
  .max(130)
  .regex(
    new RegExp(`^${name}(?:: ${value}| (?:>=|<=) ${value})?$`),
    'expected a name, a name with its value (`mode: dry`), or a bound (`volume >= 500 ul`)',
  )
  .meta({ description: 'What an asset must be able to do', examples: ['pipetting', 'volume >= 500 ul'] })

type Quantity = { readonly amount: number; readonly unit: string }

const quantityOf = (text: string): Quantity | undefined => {
  const [, amount, unit = ''] = /^([+-]?\d+(?:\.\d+)?)(?:\s+(\S.*))?$/.exec(text) ?? []
  return amount === undefined ? undefined : { amount: Number(amount), unit }
}

const parse = (text: string): { name: string; relation: string; value: string } => {
  const [, found = text, relation = '', rest = ''] = /^([a-z0-9._-]+)(?:(:| >=| <=) (.+))?$/.exec(text) ?? []
  return { name: found, relation: relation.trim(), value: rest }
}

const satisfiesOne = (capability: string, need: string): boolean => {
  const has = parse(capability)
  const wants = parse(need)
  if (has.name !== wants.name) return false
  if (wants.relation === '') return true
  if (wants.relation === ':') return has.value === wants.value
  const [mine, bound] = [quantityOf(has.value), quantityOf(wants.value)]
  if (!mine || !bound || mine.unit !== bound.unit) return false
  return wants.relation === '>=' ? mine.amount >= bound.amount : mine.amount <= bound.amount
}

/** Whether something with these capabilities does what is needed. */
export const satisfies = (capabilities: readonly string[], need: string): boolean =>
  capabilities.some((capability) => satisfiesOne(capability, need))
