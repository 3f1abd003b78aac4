/**
 * Command lines as Windows programs take them apart (CommandLineToArgvW, and the C runtime since 2008): backslashes count only
 * before a quotation mark. https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments
 */
export const quoteForWindows = (argument: string): string => {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument
  let quoted = '"'
  let slashes = 0
  for (const char of argument) {
    if (char === '\\') {
      slashes += 1
      continue
    }
    // Before a quotation mark each backslash stands for itself only when it is doubled.
    quoted += char === '"' ? `${'\\'.repeat(2 * slashes + 1)}"` : `${'\\'.repeat(slashes)}${char}`
    slashes = 0
  }
  return `${quoted}${'\\'.repeat(2 * slashes)}"`
}

export const windowsCommandLine = (program: string, args: readonly string[]): string =>
  [program, ...args].map(quoteForWindows).join(' ')

/** How a Windows program takes a command line apart; what quoting must survive. */
export const splitWindowsCommandLine = (line: string): string[] => {
  const args: string[] = []
  let current = ''
  let inside = false
  let started = false
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string
    if (char === '\\') {
      let count = 0
      while (line[i + count] === '\\') count++
      const quote = line[i + count] === '"'
      current += '\\'.repeat(quote ? count >> 1 : count)
      started = true
      i += count - 1
      if (quote && count % 2 === 1) {
        current += '"'
        i += 1
      }
    } else if (char === '"') {
      if (inside && line[i + 1] === '"') {
        current += '"'
        i += 1
      } else inside = !inside
      started = true
    } else if (/[ \t]/.test(char) && !inside) {
      if (started) args.push(current)
      current = ''
      started = false
    } else {
      current += char
      started = true
    }
  }
  if (started) args.push(current)
  return args
}
