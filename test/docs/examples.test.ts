import { expect, onTestFinished, test } from 'vitest'
import { compile } from './compile.ts'
import { allDocuments } from './documents.ts'
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

test('there are examples on the pages that need them', () => {
  const withExamples = allDocuments().filter(({ blocks }) => blocks.some(({ language }) => language === 'ts'))
  expect(withExamples.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'docs/concepts.md', 'docs/sessions.md', 'docs/user-sources.md']),
  )
})
