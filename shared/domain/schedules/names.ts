/** Words of the calendar in English, as the product writes and reads them. */
export const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
export const ordinalNames = ['first', 'second', 'third', 'fourth', 'fifth']

/** The index of a name, whatever its case; -1 where it is none. */
export const indexOfName = (names: readonly string[], text: string): number =>
  names.findIndex((name) => name.toUpperCase() === text.toUpperCase())

/** `a, b and c` in parts. */
export const listed = (text: string): string[] => text.split(/\s*,\s*|\s+AND\s+/i).filter((part) => part !== '')
