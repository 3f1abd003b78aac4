import type { Json, JsonObject } from '../../cloud-types.ts'

/** What the laptop understands of IoT SQL: `SELECT topic(n) AS a, path.to.field AS b FROM 'filter'`. */
export type RuleQuery = {
  readonly filter: string
  select(topic: string, payload: Json): JsonObject
}

type Column = { readonly as: string; readonly of: { readonly topic: number } | { readonly field: readonly string[] } }

const columnOf = (text: string): Column => {
  const [, expression = '', as = ''] = /^(.+?)\s+AS\s+(\w+)$/i.exec(text.trim()) ?? []
  const [, index] = /^topic\((\d+)\)$/i.exec(expression) ?? []
  if (index) return { as, of: { topic: Number(index) } }
  if (/^\w+(\.\w+)*$/.test(expression)) return { as, of: { field: expression.split('.') } }
  throw new Error(
    `The laptop's broker does not understand "${text.trim()}" in a topic rule; it knows topic(n) AS name and field AS name.`,
  )
}

const fieldOf = (payload: Json, path: readonly string[]): Json | undefined => {
  let value: Json | undefined = payload
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = value[name]
  }
  return value
}

/** @throws for SQL beyond the subset, so that a template the laptop cannot honour fails at boot */
export const parseRuleSql = (sql: string): RuleQuery => {
  const [, columns = '', filter = ''] = /^\s*SELECT\s+(.+?)\s+FROM\s+'([^']+)'\s*$/is.exec(sql) ?? []
  if (filter === '') throw new Error(`The laptop's broker does not understand the topic rule: ${sql}`)
  const wanted = columns.split(',').map(columnOf)
  return {
    filter,
    select: (topic, payload) => {
      const parts = topic.split('/')
      const row: JsonObject = {}
      for (const { as, of } of wanted) {
        const value = 'topic' in of ? parts[of.topic - 1] : fieldOf(payload, of.field)
        if (value !== undefined) row[as] = value
      }
      return row
    },
  }
}

/** MQTT topic filters: `+` is one level, `#` the rest. */
export const topicFits = (filter: string, topic: string): boolean => {
  const wanted = filter.split('/')
  const given = topic.split('/')
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true
    if (given[index] === undefined || (level !== '+' && level !== given[index])) return false
  }
  return wanted.length === given.length
}
