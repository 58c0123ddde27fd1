import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

// What sessions that are remembered take of the heap, weighed in a process of its own.

const program = fileURLToPath(new URL('weigh-cache.ts', import.meta.url))

interface Weight {
  readonly remembered: number
  /** Bytes. */
  readonly taken: number
  readonly stated: number
}

async function weigh(kind: string, most: number, read: number): Promise<Weight> {
  const args = ['--no-warnings', '--expose-gc', program, kind, `${most}`, `${read}`]
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout)
}

const MOST = 4000
/** What the documentation promises. */
const BYTES_EACH = 2500

describe('as many as there is room for take no more than is stated', () => {
  test.each(['plain', 'usual'])('%s accounts: all of them are remembered, and little more is stated', async (kind) => {
    const { remembered, taken, stated } = await weigh(kind, MOST, MOST * 1.5)
    expect(remembered).toBeGreaterThan(MOST * 0.9)
    expect(taken).toBeLessThanOrEqual(stated)
    expect(stated).toBeLessThanOrEqual(taken * 1.6)
    expect(stated).toBeLessThanOrEqual(MOST * BYTES_EACH)
  })

  test.each(['long-text', 'wide-text', 'many-roles', 'numbers', 'lists', 'objects', 'indexes', 'strange-keys'])(
    'large accounts, %s: fewer are remembered',
    async (kind) => {
      const { remembered, taken, stated } = await weigh(kind, MOST, MOST / 2)
      expect(remembered).toBeLessThan(MOST / 2)
      expect(remembered).toBeGreaterThan(50)
      expect(taken).toBeLessThanOrEqual(stated)
      expect(stated).toBeLessThanOrEqual(MOST * BYTES_EACH)
    },
  )
})
