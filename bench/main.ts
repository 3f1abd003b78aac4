import { benches } from './benches.ts'

const args = process.argv.slice(2)
// What begins with a dash is a bench's own.
const first = args.findIndex((arg) => arg.startsWith('-'))
const names = first < 0 ? args : args.slice(0, first)
const unknown = names.filter((name) => !(name in benches))
if (unknown.length > 0 || args.includes('--help')) {
  console.error(
    `npm run bench -- [${Object.keys(benches).join('] [')}]: measurements as tables; all of them where none is named.
planner takes --instances DIR --reference FILE --seconds 1,5 --seeds 3 --every N --only PATTERN --record FILE, --scale, --insert or --repair.`,
  )
  process.exit(unknown.length > 0 ? 2 : 0)
}
for (const [name, { title, measure }] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue
  console.log(`\n${name}: ${title}`)
  console.table(await measure())
}
process.exit(0)
