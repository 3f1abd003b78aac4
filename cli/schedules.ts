import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { ApiProblem, createClient } from '#contracts/http/client.ts'
import { help, readOptions, WrongOptions } from './schedules/options.ts'
import { run } from './schedules/run.ts'

const ask = async (question: string): Promise<boolean> => {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim())
  } finally {
    lines.close()
  }
}

const told = (error: unknown): string => {
  if (error instanceof ApiProblem) {
    const reasons = (error.problem.reasons ?? []).map(({ path = '', message }) => `  ${path} ${message}`)
    return [error.message, ...reasons].join('\n')
  }
  return error instanceof Error ? error.message : String(error)
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options === 'help') console.log(help)
  else
    process.exitCode = await run(options, {
      client: createClient({ baseUrl: options.url, token: options.token, fetch }),
      read: (path) => readFileSync(path, 'utf8'),
      write: (path, text) => writeFileSync(path, text),
      print: (text) => console.log(text),
      ask: process.stdin.isTTY ? ask : undefined,
    })
} catch (error) {
  console.error(told(error))
  if (error instanceof WrongOptions) console.error(`\n${help}`)
  process.exitCode = error instanceof WrongOptions ? 2 : 1
}
