import type { AnswerOf } from '#contracts/http/routes.ts'

type Item = AnswerOf<'applySchedules'>['items'][number]

const signs: Readonly<Record<Item['action'], string>> = {
  create: '+',
  change: '~',
  restore: '+',
  archive: '-',
  unchanged: ' ',
  refused: '!',
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

const detailOf = ({ changes = {}, message, reasons = [] }: Item): string[] => [
  ...Object.entries(changes).map(([field, { from, to }]) => `      ${field}: ${shown(from)} → ${shown(to)}`),
  ...(message === undefined ? [] : [`      ${message}`]),
  ...reasons.map((reason) => `      ${reason.path ?? ''} ${reason.message}`),
]

/** What would change, or has, in lines for a person; what stays is counted only. */
export const tell = (items: readonly Item[]): string[] => {
  const told = items.filter(({ action }) => action !== 'unchanged')
  const unchanged = items.length - told.length
  return [
    ...told.flatMap((item) => [`  ${signs[item.action]} ${item.externalName} (${item.action})`, ...detailOf(item)]),
    `  ${unchanged} unchanged`,
  ]
}

export const isRefused = (items: readonly Item[]): boolean => items.some(({ action }) => action === 'refused')
export const isEmpty = (items: readonly Item[]): boolean => items.every(({ action }) => action === 'unchanged')
