import type { DeliveredNews } from '../delivery.ts'

export type Text = { readonly subject: string; readonly body: string }

/** The texts of one language: one for everything that can be told, so that a missing one does not compile. */
export type Texts = { readonly [E in DeliveredNews['event'] | 'digest']: Text } & { readonly footer: string }
