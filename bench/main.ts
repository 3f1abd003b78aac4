import { benches } from './benches.ts'

const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in benches))
if (unknown.length > 0 || names.includes('--help')) {
  console.error(
    `npm run bench -- [${Object.keys(benches).join('] [')}]: measurements as tables; all of them where none is named.`,
  )
  process.exit(unknown.length > 0 ? 2 : 0)
}
for (const [name, { title, measure }] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue
  console.log(`\n${name}: ${title}`)
  console.table(await measure())
}
process.exit(0)
