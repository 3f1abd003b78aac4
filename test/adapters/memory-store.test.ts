import { describe } from 'vitest'
import { createMemoryStore } from '#adapters/memory/store.ts'
import { storeContract } from './store-contract.ts'

const store = createMemoryStore()

describe('the store in memory', () => {
  storeContract(() => store)
})
