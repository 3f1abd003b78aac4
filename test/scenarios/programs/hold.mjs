// Stands for an instrument: `hold.mjs DIRECTORY NAME`. Writes one line to DIRECTORY/drives.log for each time that it is
// really driven, with its command and its process group, then is busy until somebody makes DIRECTORY/NAME.release.
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'

const [directory, name] = process.argv.slice(2)
appendFileSync(join(directory, 'drives.log'), `${name} ${process.env.BENCHTIME_COMMAND_ID} ${process.ppid}\n`)
const look = setInterval(() => {
  if (existsSync(join(directory, `${name}.release`))) clearInterval(look)
}, 20)
