/** Units of a rate, in milliseconds. A day is 24 hours long, whatever the clocks do. */
export const rateUnits = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
export type RateUnit = keyof typeof rateUnits
