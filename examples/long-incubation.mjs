#!/usr/bin/env node
// Stands for a long incubation: prints a line each second until its minutes are over, or until it is stopped.
const minutes = Number(process.argv[2] ?? '1')
const until = Date.now() + minutes * 60_000
console.log(`incubating for ${minutes} min`)
const timer = setInterval(() => {
  console.log(`${Math.max(0, Math.round((until - Date.now()) / 1000))} s left`)
  if (Date.now() >= until) clearInterval(timer)
}, 1000)
process.on('SIGTERM', () => {
  console.log('stopped; the lid is open')
  process.exit(0)
})
