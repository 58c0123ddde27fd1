import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, readDocument } from './documents.ts'

const { sections } = readDocument('docs/errors.md')

test('every error code has exactly one row, and every row is of an error', () => {
  const declared = [...source('src/errors.ts').matchAll(/readonly code = '(OSTIARY_\w+)'/g)].map(([, code]) => code)
  expect(declared.length).toBeGreaterThan(10)
  expect(codesIn('Errors')).toEqual(declared)
})

test('every error is shown with its class', () => {
  const text = sections.find(({ heading }) => heading === 'Errors')?.text ?? ''
  for (const [, name, code] of source('src/errors.ts').matchAll(
    /class (\w+) extends AuthError \{\s+readonly code = '(OSTIARY_\w+)'/g,
  )) {
    expect(text).toContain(`| \`${code}\` | \`${name}\` |`)
  }
})

test('every warning of the process has exactly one row, and every row is of a warning', () => {
  const files = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts'))
  const emitted = files.flatMap((file) =>
    [...source(file).matchAll(/\bwarn\(\s*'(OSTIARY_\w+)'/g)].map(([, code]) => code),
  )
  expect(emitted.length).toBeGreaterThan(3)
  expect(codesIn('Warnings').sort()).toEqual([...new Set(emitted)].sort())
})

function codesIn(section: string): string[] {
  const rows = sections.find(({ heading }) => heading === section)?.rows ?? []
  return rows.flatMap((row) => /^`(OSTIARY_\w+)`$/.exec(row)?.[1] ?? [])
}

function source(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}
