import * as fc from 'fast-check'

/** The suite gives the same answer twice. Another seed, with more runs, is a search for new trouble. */
fc.configureGlobal({ seed: 20_261_121 })
