import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './documents.ts'

// The comments of src are written for readers whose first language is another one. CONTRIBUTING.md says how they count.

const printed = execFileSync(process.execPath, [join(ROOT, 'scripts/plain-words.mjs')], { encoding: 'utf8' })
const [, blocks = '', indirect = '', words = '', negatives = ''] =
  /^src: (\d+) doc blocks, ([\d.]+) % indirect; (\d+) words, ([\d.]+) negatives in 1,000;/m.exec(printed) ?? []

test('at most 4 % of doc blocks begin indirectly, with What, Whoever, Where, How or Whether', () => {
  expect(Number(blocks)).toBeGreaterThan(2000)
  expect(Number(indirect)).toBeLessThanOrEqual(4)
})

test('comments have at most 11 negatives in 1,000 words', () => {
  expect(Number(words)).toBeGreaterThan(40_000)
  expect(Number(negatives)).toBeLessThanOrEqual(11)
})
