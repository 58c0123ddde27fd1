import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const RESOLVE = new URL('../docs/resolve-ostiary.mjs', import.meta.url).href
const ROOT = new URL('../../', import.meta.url)

test('ostiary/testing works with node:test, and never asks for Vitest', () => {
  const env = { ...process.env, NODE_ENV: 'test', NODE_TEST_CONTEXT: undefined }
  const file = fileURLToPath(new URL('./with-node-test.mjs', import.meta.url))
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', RESOLVE, '--test', file],
    { env, encoding: 'utf8' },
  )
  expect(stdout).toMatch(/^(?:ℹ|#) pass 3$/m)
  expect(status).toBe(0)
})

test('whoever has Vitest 3 or 4 may install the package, and whoever has none need not get it', () => {
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'))
  expect(peerDependencies.vitest).toBe('>=3')
  expect(peerDependenciesMeta.vitest).toEqual({ optional: true })
})
