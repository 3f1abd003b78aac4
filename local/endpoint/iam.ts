/**
 * IAM's evaluation of identity policies, as far as templates use it: an explicit Deny wins, then any Allow, else nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { RoleView } from '../cloud-types.ts'
import type { Question, Statement } from './iam-types.ts'

export type Verdict =
  /** The patterns of the statement that allowed it, as they stand in the template. */
  | { readonly allowed: true; readonly actionPattern: string; readonly resourcePattern: string }
  | { readonly allowed: false; readonly why: 'explicit-deny' | 'no-grant' }

type Context = Readonly<Record<string, string>>

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const compiled = new Map<string, RegExp>()
const expression = (source: string, flags: string): RegExp => {
  const key = `${flags}:${source}`
  const known = compiled.get(key)
  if (known) return known
  const made = new RegExp(`^${source}$`, flags)
  if (compiled.size < 10_000) compiled.set(key, made)
  return made
}

const globbed = (text: string): string => escaped(text).replaceAll('\\*', '.*').replaceAll('\\?', '.')

/**
 * Whether a value matches a pattern with `*` and `?`. Policy variables `${key}` stand for the context's value, taken
 * literally; one without a value makes the pattern match nothing. `${*}`, `${?}` and `${$}` are the characters themselves.
 */
export const matches = (pattern: string, value: string, context: Context = {}, caseSensitive = true): boolean => {
  let source = ''
  let last = 0
  for (const found of pattern.matchAll(/\$\{([^}]*)\}/g)) {
    const name = found[1] ?? ''
    const literal = ['*', '?', '$'].includes(name) ? name : context[name]
    if (literal === undefined) return false
    source += globbed(pattern.slice(last, found.index)) + escaped(literal)
    last = found.index + found[0].length
  }
  source += globbed(pattern.slice(last))
  return expression(source, caseSensitive ? 's' : 'si').test(value)
}

/** Each operator on one wanted value; the negated ones are the negation of the whole list, as AWS defines them. */
const tests: Readonly<Record<string, (wanted: string, actual: string, context: Context) => boolean>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringLike: (wanted, actual, context) => matches(wanted, actual, context),
  ArnEquals: (wanted, actual, context) => matches(wanted, actual, context),
  ArnLike: (wanted, actual, context) => matches(wanted, actual, context),
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
}

const conditionHolds = (operator: string, key: string, wanted: readonly string[], context: Context): boolean => {
  const optional = operator.endsWith('IfExists')
  const base = optional ? operator.slice(0, -'IfExists'.length) : operator
  const negated = base.includes('Not')
  const actual = context[key]
  if (actual === undefined) return optional || negated
  const test = tests[base.replace('Not', '')]
  // The template reader refuses other operators; an unknown one never makes a condition true.
  if (!test) return false
  const any = wanted.some((value) => test(value, actual, context))
  return negated ? !any : any
}

const conditionsHold = (statement: Statement, context: Context): boolean =>
  Object.entries(statement.conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(operator, key, wanted, context)),
  )

/** The first pattern that applies, or undefined where the list (or its negation) does not apply. */
const applying = (
  patterns: readonly string[],
  negated: readonly string[],
  holds: (pattern: string) => boolean,
): string | undefined => {
  if (negated.length > 0) return negated.some(holds) ? undefined : `not ${negated.join()}`
  return patterns.find(holds)
}

/** Decides one question by the statements of one principal. */
export const evaluate = (statements: readonly Statement[], question: Question): Verdict => {
  const context = question.context ?? {}
  let allowed: Verdict | undefined
  for (const statement of statements) {
    const actionPattern = applying(statement.actions, statement.notActions, (p) =>
      matches(p, question.action, context, false),
    )
    if (actionPattern === undefined) continue
    const resourcePattern = applying(statement.resources, statement.notResources, (p) =>
      matches(p, question.resource, context),
    )
    if (resourcePattern === undefined || !conditionsHold(statement, context)) continue
    if (statement.effect === 'Deny') return { allowed: false, why: 'explicit-deny' }
    allowed ??= { allowed: true, actionPattern, resourcePattern }
  }
  return allowed ?? { allowed: false, why: 'no-grant' }
}

export type Grant = { readonly roleArn: string; readonly action: string; readonly resource: string }

/** Every grant of the template that nothing has exercised: action and resource patterns of Allow statements, by role. */
export const unusedGrants = (roles: readonly RoleView[], used: readonly Grant[]): Grant[] => {
  const seen = new Set(used.map((grant) => `${grant.roleArn} ${grant.action} ${grant.resource}`))
  return roles.flatMap((role) =>
    role.statements
      .filter((statement) => statement.effect === 'Allow')
      .flatMap((statement) =>
        statement.actions.flatMap((action) =>
          statement.resources.map((resource) => ({ roleArn: role.arn, action, resource })),
        ),
      )
      .filter((grant) => !seen.has(`${grant.roleArn} ${grant.action} ${grant.resource}`)),
  )
}
