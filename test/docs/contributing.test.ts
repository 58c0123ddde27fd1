import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, readDocument } from './documents.ts'

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

describe.each(['CONTRIBUTING.md', 'SECURITY.md'].map(readDocument))('$path', ({ text }) => {
  test('names only scripts of npm that exist', () => {
    const named = [...text.matchAll(/\bnpm (?:run )?([a-z][\w:-]*)/g)].map(([, name = '']) => name)
    const own = named.filter((name) => !['needs', 'would', 'publish'].includes(name))
    expect(own.filter((name) => !(name in scripts))).toEqual([])
  })

  test('names only files and folders that exist', () => {
    const named = [...text.matchAll(/(?<![\w./])((?:scripts|src|test|\.ci|\.github|examples)\/[\w./*-]+)/g)]
    const paths = named.map(([, path = '']) => path.replace(/[.,]$/, ''))
    expect(paths.filter((path) => globSync(path, { cwd: ROOT }).length === 0)).toEqual([])
  })
})

test('CONTRIBUTING.md says how each kind of part is written, and what is checked', () => {
  const headings = readDocument('CONTRIBUTING.md').sections.map(({ heading }) => heading)
  const parts = ['Write a source', 'Write a store', 'Write an adapter', 'Write an extension']
  expect(headings).toEqual(expect.arrayContaining([...parts, 'Words', 'Who may import whom', 'Plain words']))
})

test('CONTRIBUTING.md names all words that make a comment indirect or negative', () => {
  const rows = readDocument('CONTRIBUTING.md').sections.find(({ heading }) => heading === 'Plain words')
  const counted = readFileSync(join(ROOT, 'scripts', 'plain-words.mjs'), 'utf8')
  const words = ['INDIRECT', 'NEGATIVE'].flatMap((name) => {
    const list = new RegExp(`const ${name} = /[^(]*\\(\\?:([^)]*)\\)`).exec(counted)?.[1]?.split('|') ?? []
    expect(list.length).toBeGreaterThan(5)
    return list
  })
  for (const word of words) expect(rows?.text).toMatch(new RegExp(`\\b${word}\\b`))
})
