// Runs the vectors of others against the code of this project.
//
//   npm run conformance                     the corpora in ../shared/corpora
//   npm run conformance -- <folder>         the corpora in another folder, or one of them
//
// Prints a line for each corpus, and 'N passed, N failed' as the last line. The exit code is 1 when a vector failed, and 2
// when there is no corpus to read. CONTRIBUTING.md says where the corpora come from.

import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runWycheproof } from '../test/conformance/wycheproof.ts'

/** What reads a corpus, by the name of its folder. */
const READERS = { wycheproof: runWycheproof }

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = resolve(process.argv[2] ?? join(root, '..', 'shared', 'corpora'))
const corpora = Object.keys(READERS).flatMap((name) => {
  const path = basename(folder) === name ? folder : join(folder, name)
  return existsSync(path) ? [{ name, path }] : []
})

if (corpora.length === 0) {
  console.error(`There is no corpus in ${folder}. It needs a folder ${Object.keys(READERS).join(' or ')}.`)
  console.error('Name another folder: npm run conformance -- <folder>')
  process.exit(2)
}

let passed = 0
let failed = 0
for (const { name, path } of corpora) {
  const tally = READERS[name](path)
  for (const failure of tally.failures) console.log(`FAILED  ${failure}`)
  for (const [reason, count] of tally.skipped) console.log(`${name}: ${count} skipped: ${reason}`)
  console.log(`${name}: ${tally.passed} passed, ${tally.failures.length} failed`)
  if (tally.passed + tally.failures.length === 0) {
    console.error(`There is no vector in ${path} that this project reads.`)
    process.exit(2)
  }
  passed += tally.passed
  failed += tally.failures.length
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
