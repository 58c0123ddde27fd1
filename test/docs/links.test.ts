import { existsSync, globSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allDocuments, anchorOf, type Document, projectDocuments, ROOT, readDocument } from './documents.ts'

const documents = allDocuments()

test('every page of docs is linked to from the index, and so from the README', () => {
  const index = readDocument('docs/README.md').links
  const pages = documents.map(({ path }) => path).filter((path) => /^docs\/(?!README)/.test(path))
  expect(pages.length).toBeGreaterThan(5)
  for (const page of pages) expect(index).toContain(page.replace('docs/', ''))
})

describe.each([...documents, ...projectDocuments()])('$path', (document) => {
  test('links only to files and headings that there are', () => {
    expect(document.links.filter(isRelative).filter((link) => !leadsSomewhere(document, link))).toEqual([])
  })

  test('names only tests that there are', () => {
    const named = [...document.text.matchAll(/`((?:src|test)\/[\w./*-]+\.ts)`/g)].map(([, path = '']) => path)
    expect(named.filter((path) => globSync(path, { cwd: ROOT }).length === 0)).toEqual([])
  })

  test('has no two headings of the same anchor', () => {
    const anchors = anchorsOf(document)
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([])
  })

  test('keeps its lines short enough to be read in a diff, tables aside', () => {
    const long = document.text.split('\n').filter((line) => line.length > 120 && !line.startsWith('|'))
    expect(long).toEqual([])
  })
})

function isRelative(link: string): boolean {
  return !/^(?:https?|mailto):/.test(link)
}

function leadsSomewhere(from: Document, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const path = file === '' ? from.path : normalize(join(from.path, '..', file))
  if (!existsSync(join(ROOT, path))) return false
  if (anchor === undefined) return true
  return path.endsWith('.md') && anchorsOf(readDocument(path)).includes(anchor)
}

function anchorsOf({ sections }: Document): string[] {
  return sections.map(({ heading }) => anchorOf(heading)).filter((anchor) => anchor !== '')
}
