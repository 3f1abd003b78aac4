import * as z from 'zod'

export type Json = Record<string, unknown>

const componentPath = '#/components/schemas/'

/** What zod calls a recursive schema without a name of its own; here that is always "any JSON". */
const unnamed = /^__schema\d+$/

/**
 * A transform has no JSON Schema of its own. All of ours go from text to text (an id, a moment), so that what comes out looks
 * like what went in.
 */
const describeTransforms = ({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: object }): void => {
  const { def } = zodSchema._zod
  if (def.type !== 'pipe' || def.out._zod.def.type !== 'transform') return
  const { $schema: _dialect, ...before } = z.toJSONSchema(def.in, { io: 'input' })
  Object.assign(jsonSchema, { ...before, ...jsonSchema })
}

/** `format: date-time` says it; the pattern behind it is half a kilobyte each time. */
const shorten = (jsonSchema: { format?: unknown; pattern?: unknown }): void => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
}

const describe = (context: { zodSchema: z.core.$ZodTypes; jsonSchema: object }): void => {
  describeTransforms(context)
  shorten(context.jsonSchema)
}

/**
 * The JSON Schema (2020-12) of a zod schema, in place or as a reference; whatever has an id becomes one of the components.
 * A component that is sent (`input`) has the suffix Input, because fields with defaults are optional there.
 */
export const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output', components: Json): Json => {
  const generated = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: describe }) as Json
  const nameOf = (found: string): string =>
    unnamed.test(found) ? 'AnyJson' : `${found}${io === 'input' ? 'Input' : ''}`
  const { $schema: _dialect, $defs: _definitions, id, ...body } = generated
  const { body: renamed, definitions } = JSON.parse(
    JSON.stringify({ body, definitions: generated.$defs ?? {} }).replaceAll(
      /"#\/\$defs\/([^"]+)"/g,
      (_, name: string) => `"${componentPath}${nameOf(name)}"`,
    ),
  ) as { body: Json; definitions: Record<string, Json> }
  for (const [name, { id: _id, $schema: _schema, ...definition }] of Object.entries(definitions))
    components[nameOf(name)] = definition
  if (typeof id !== 'string') return renamed
  components[nameOf(id)] = renamed
  return { $ref: `${componentPath}${nameOf(id)}` }
}
