#!/usr/bin/env node
import { WrongOptions } from './config.ts'
import { help, readOptions } from './options.ts'

try {
  const asked = readOptions(process.argv.slice(2), process.env)
  switch (asked.command) {
    case 'help':
      console.log(help)
      break
    case 'run':
      await (await import('./run.ts')).run(asked.options)
      break
    case 'enrol':
      process.exitCode = await (await import('./enrol/enrol.ts')).enrol(asked.options)
      break
    case 'doctor':
      process.exitCode = await (await import('./doctor.ts')).doctor(asked.options)
      break
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(error instanceof WrongOptions ? 2 : 1)
}
