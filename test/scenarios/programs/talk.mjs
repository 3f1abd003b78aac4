// Prints more than a report can carry, in parts that no text encoding likes, and leaves a table behind.
import { writeFileSync } from 'node:fs'

process.stdout.write(`${'µL '.repeat(5_000)}\n`)
process.stdout.write(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a]))
writeFileSync('result.csv', 'well,value\nA1,0.5\n')
writeFileSync('secret.key', 'not asked for')
