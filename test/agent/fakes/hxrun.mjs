// Behaves like the program of VENUS that runs methods, as far as an agent can see. The method file says what happens, as JSON:
// { "steps": 3, "stepMs": 20, "exit": 0, "end": "complete" | "aborted" | "error" | "none", "hang": true, "crash": true,
//   "child": true, "print": "text", "traces": false }. Traces go to the folder LogFiles beside the folder of this program.
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const [method, ...flags] = process.argv.slice(2)
const says = JSON.parse(readFileSync(method, 'utf8'))
const { steps = 2, stepMs = 10, exit = 0, end = 'complete', hang, crash, child, print, traces = true } = says
const logs = join(dirname(import.meta.dirname), 'LogFiles')
mkdirSync(logs, { recursive: true })
const name = basename(method).replace(/\.(med|hsl)$/i, '')
const trace = join(logs, `${name}_${process.pid}_Trace.trc`)
const tell = (text) =>
  traces && appendFileSync(trace, `${new Date().toISOString().replace('T', ' ').slice(0, 19)}> ${text}\r\n`)

tell(`SYSTEM : Start method - start; flags ${flags.join(' ')}`)
if (print) process.stdout.write(print)
// Libraries of the instrument's firmware run beside it.
if (child) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
for (let step = 1; step <= steps; step++) {
  await new Promise((resolve) => setTimeout(resolve, stepMs))
  tell(`Microlab STAR : 1000ul Channel Aspirate - complete; step ${step}`)
}
if (crash) process.kill(process.pid, 'SIGSEGV')
if (hang) setInterval(() => {}, 1000)
else {
  if (end === 'error') tell('Microlab STAR : 1000ul Channel Aspirate - error; Not enough liquid at A1')
  if (end === 'aborted') tell('SYSTEM : Abort command - start; Manual abort by the operator')
  if (end !== 'none') tell(`SYSTEM : End method - ${end === 'complete' ? 'complete' : end};`)
  process.exit(exit)
}
