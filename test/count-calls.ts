import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, type MockInstance, vi } from 'vitest'

type Counted = 'createCipheriv' | 'createDecipheriv' | 'hkdfSync'

/** Counts who calls a function of `node:crypto`, wherever it was imported, until all tests of a file have run. */
export function countCalls(name: Counted): MockInstance {
  const calls = vi.spyOn(crypto, name)
  syncBuiltinESMExports()
  afterAll(() => {
    calls.mockRestore()
    syncBuiltinESMExports()
  })
  return calls
}
