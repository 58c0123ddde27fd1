import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, readDocument } from '../docs/documents.ts'

const folders = globSync('examples/*/', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/').replace(/\/$/, ''))

test('the index lists every example', () => {
  const listed = readDocument('examples/README.md').links.map((link) => `examples/${link}`)
  expect(folders.length).toBeGreaterThan(4)
  expect(listed.sort()).toEqual(folders.map((folder) => `${folder}/README.md`).sort())
})

/** An adapter is a part rather than an application: it may be longer, and its test runs the contract of adapters. */
const ADAPTERS = ['examples/node-http']

test.each(folders)('%s has a README, one or two short files, and a test', (folder) => {
  const isAdapter = ADAPTERS.includes(folder)
  const files = globSync('*', { cwd: join(ROOT, folder) }).filter((file) => file !== 'README.md')
  expect(existsSync(join(ROOT, folder, 'README.md'))).toBe(true)
  expect(files.length).toBeLessThanOrEqual(2)
  for (const file of files)
    expect(readFileSync(join(ROOT, folder, file), 'utf8').split('\n').length).toBeLessThanOrEqual(isAdapter ? 151 : 81)
  const test = isAdapter ? folder.replace('examples', 'adapters') : folder
  expect(existsSync(join(ROOT, 'test', `${test}.test.ts`))).toBe(true)
})

test.each(folders)('%s imports the package by its public name, and otherwise its own files', (folder) => {
  const imported = globSync(`${folder}/*.ts`, { cwd: ROOT }).flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bfrom '([^']+)'/g)].map(([, name = '']) => name),
  )
  expect(imported.length).toBeGreaterThan(0)
  expect(imported.filter((name) => /^\.\.|\/src\/|\/dist\//.test(name))).toEqual([])
  expect(imported.some((name) => /^ostiary(?:\/\w+)?$/.test(name))).toBe(true)
})
