/**
 * A laptop cloud in a process of its own, for tests that kill it: `node victim.ts <assembly> <dataDir>`. Prints its
 * endpoint as one line of JSON and stays.
 */
import { startCloud } from '#local/cloud.ts'

const [assembly = '', dataDir = ''] = process.argv.slice(2)
const cloud = await startCloud({ assembly, dataDir })
console.log(JSON.stringify({ endpointUrl: cloud.endpointUrl, table: cloud.template.tables[0]?.name }))
setInterval(() => {}, 1_000)
