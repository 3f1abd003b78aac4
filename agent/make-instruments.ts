import { join } from 'node:path'
import type { InstrumentConfig } from './config.ts'
import type { AgentClock, Driver, InstrumentPort } from './core/ports.ts'
import { hamiltonDriver } from './drivers/hamilton/hamilton-driver.ts'
import { opentronsDriver } from './drivers/opentrons/opentrons-driver.ts'
import { processDriver } from './drivers/process/process-driver.ts'
import { simulatorDriver } from './drivers/simulator.ts'
import { processTree } from './programs/process-tree.ts'

type Of = {
  readonly dataDir: string
  readonly roots: readonly string[]
  readonly graceMs: number
  readonly clock: AgentClock
}

const driverOf = (config: InstrumentConfig, { dataDir, roots, graceMs, clock }: Of): Driver => {
  const workDir = join(dataDir, 'work')
  const stopping = { graceMs, clock, tree: processTree() }
  switch (config.driver) {
    case 'simulator':
      return simulatorDriver(clock)
    case 'process':
      return processDriver({ ...stopping, roots, workDir })
    case 'hamilton':
      return hamiltonDriver({ ...stopping, config: config.settings, workDir })
    case 'opentrons':
      return opentronsDriver({ config: config.settings, workDir, clock })
  }
}

/** The drivers of an agent, from its configuration. A driver of your own gets its case here. */
export const makeInstruments = (configs: readonly InstrumentConfig[], of: Of): InstrumentPort[] =>
  configs.map((config) => ({
    driver: driverOf(config, of),
    ...(config.asset !== undefined && { assetId: config.asset }),
  }))
