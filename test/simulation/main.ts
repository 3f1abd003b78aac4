import { parseArgs } from 'node:util'
import { addUp, coverage } from './fault-table.ts'
import { saboteurs } from './saboteurs.ts'
import { simulate } from './simulate.ts'

const help = `npm run simulate -- [options]: random histories of a laboratory on a virtual clock, each checked against the invariants.

  --seed N          replay one history and tell how its runs ended
  --seeds N         so many histories (default 300)
  --from N          the first seed (default 1)
  --minutes N       instead: as many as fit into this time
  --saboteur NAME   with a planted bug: ${Object.keys(saboteurs).join(', ')}
  --help            this text
`

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    saboteur: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(help)
  process.exit(0)
}
const saboteur = values.saboteur === undefined ? {} : saboteurs[values.saboteur as keyof typeof saboteurs]?.()
if (!saboteur) {
  console.error(`There is no saboteur "${values.saboteur}"; there are ${Object.keys(saboteurs).join(', ')}.`)
  process.exit(2)
}

const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
const deadline = values.minutes === undefined ? undefined : performance.now() + Number(values.minutes) * 60_000
const began = performance.now()
const ends: Record<string, number> = {}
let histories = 0
let runs = 0
let drives = 0
let simulatedMs = 0
const faults: Record<string, number> = {}
const failing: number[] = []
for (let seed = first; deadline === undefined ? seed < first + count : performance.now() < deadline; seed++) {
  const history = await simulate(
    seed,
    values.saboteur === undefined ? {} : saboteurs[values.saboteur as keyof typeof saboteurs](),
  )
  histories++
  runs += history.runs
  drives += history.drives
  simulatedMs += history.simulatedMs
  addUp(ends, history.ends)
  addUp(faults, history.faults)
  if (history.violation) {
    failing.push(seed)
    console.log(
      `seed ${seed}: ${history.violation}\n  replay with: npm run simulate -- --seed ${seed}${values.saboteur ? ` --saboteur ${values.saboteur}` : ''}`,
    )
  }
  if (histories % 50 === 0) console.log(`${histories} histories, ${runs} runs, ${failing.length} failing`)
}
const seconds = (performance.now() - began) / 1000
console.log('\nHow runs ended')
console.table(ends)
console.log('Faults by kind')
console.table(faults)
console.log('Coverage of the fault table; the rest is shown by the tests named')
console.table(coverage(faults))
console.log(
  `${histories} histories, ${runs} runs, ${drives} drives, ${Math.round(simulatedMs / 3_600_000)} simulated hours (${(simulatedMs / 31_557_600_000).toFixed(1)} years) in ${seconds.toFixed(1)} s; ${failing.length} failing${failing.length > 0 ? `: ${failing.join(', ')}` : ''}`,
)
process.exit(failing.length > 0 ? 1 : 0)
