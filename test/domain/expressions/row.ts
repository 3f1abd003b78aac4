/** An expression, its zone, a moment in UTC, the next times after it in UTC, and what is special about it. */
export type Row = [expression: string, zone: string, after: string, expected: string[], what: string]
