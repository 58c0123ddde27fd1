import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { allDocuments, ROOT } from './documents.ts'
import { extract } from './extracted.ts'

test('every TypeScript example compiles, as strictly as the project itself', () => {
  const documents = allDocuments()
  const { folder, remove } = extract(documents)
  onTestFinished(remove)
  // This page chooses names for types, which hold for a whole program.
  const apart = 'docs-neighbours'
  expect(compile(folder, { include: ['.'], exclude: [apart] })).toEqual({ stdout: '', status: 0 })
  expect(compile(folder, { include: [apart] })).toEqual({ stdout: '', status: 0 })
})

function compile(folder: string, files: { readonly include: string[]; readonly exclude?: string[] }) {
  const config = join(folder, 'tsconfig.json')
  writeFileSync(
    config,
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { noEmit: true, declaration: false, sourceMap: false },
      exclude: [],
      ...files,
    }),
  )
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' })
  return { stdout, status }
}

test('there are examples on the pages that need them', () => {
  const withExamples = allDocuments().filter(({ blocks }) => blocks.some(({ language }) => language === 'ts'))
  expect(withExamples.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'docs/concepts.md', 'docs/sessions.md', 'docs/user-sources.md']),
  )
})
