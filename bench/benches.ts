import { measureBundles } from './bundles.ts'
import { measureLaptop } from './laptop.ts'
import { measureReservations } from './reservations.ts'

export type Row = Readonly<Record<string, string | number>>
type Bench = { readonly title: string; readonly measure: () => Promise<readonly Row[]> }

export const benches: Readonly<Record<string, Bench>> = {
  bundles: {
    title: 'size of each function, and its import beside that of the DynamoDB document client alone',
    measure: measureBundles,
  },
  reservations: {
    title: 'bookings of one asset at the same moment: how many win, and what each asks of the store',
    measure: measureReservations,
  },
  laptop: {
    title: 'boot, and complete runs through API, state machine, broker and agent with an instant driver',
    measure: measureLaptop,
  },
}
