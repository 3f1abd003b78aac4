#!/usr/bin/env node
// Reads the absorbances of a 96-well plate (CSV, header row 1 to 12, first column A to H), subtracts the blank and
// reports mean, spread and the wells that stand out. Usage: plate-report.mjs PLATE.csv --blank A1
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [input, flag, blankWell] = process.argv.slice(2)
if (!input || flag !== '--blank' || !blankWell) {
  console.error('usage: plate-report.mjs PLATE.csv --blank WELL')
  process.exit(2)
}
const [, ...rows] = readFileSync(resolve(dirname(fileURLToPath(import.meta.url)), input), 'utf8')
  .trim()
  .split('\n')
const wells = new Map(
  rows.flatMap((line) => {
    const [row, ...values] = line.split(',')
    return values.map((value, column) => [`${row}${column + 1}`, Number(value)])
  }),
)
const blank = wells.get(blankWell)
if (blank === undefined || Number.isNaN(blank)) {
  console.error(`well ${blankWell} is not on this plate`)
  process.exit(3)
}
const corrected = [...wells].filter(([well]) => well !== blankWell).map(([well, value]) => [well, value - blank])
const mean = corrected.reduce((sum, [, value]) => sum + value, 0) / corrected.length
const spread = Math.sqrt(corrected.reduce((sum, [, value]) => sum + (value - mean) ** 2, 0) / (corrected.length - 1))
const standOut = corrected.filter(([, value]) => Math.abs(value - mean) > 2 * spread)
console.log(`plate ${input}: ${wells.size} wells, blank ${blankWell} = ${blank.toFixed(3)}`)
console.log(`mean ${mean.toFixed(3)}, spread ${spread.toFixed(3)}`)
console.log(`stand out: ${standOut.map(([well, value]) => `${well} ${value.toFixed(3)}`).join(', ') || 'none'}`)
