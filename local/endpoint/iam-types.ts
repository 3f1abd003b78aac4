/** One statement of a policy document, lists made explicit. */
export type Statement = {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly notActions: readonly string[]
  readonly resources: readonly string[]
  readonly notResources: readonly string[]
  /** Operator → condition key → values. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** What a call wants to do. */
export type Question = {
  readonly action: string
  readonly resource: string
  /** Values of condition keys, such as `iam:PassedToService`. */
  readonly context?: Readonly<Record<string, string>> | undefined
}

/** Who asks: a function (logical id, name or ARN), or any principal with a role (role ARN or logical id). */
export type CallerQuestion = Question & ({ readonly function: string } | { readonly principal: string })
