import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the documents, and everything they link to, are. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A page that people read, taken apart. */
export interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly CodeBlock[]
  readonly sections: readonly Section[]
  /** The targets of its links, in its text and not in its code. */
  readonly links: readonly string[]
}

export interface CodeBlock {
  readonly language: string
  readonly code: string
  /** The file name that a comment on the first line gives it. */
  readonly name: string | undefined
  /** The line of the page on which the code begins, counted from 1. */
  readonly line: number
}

export interface Section {
  readonly heading: string
  readonly text: string
  /** The cells of the first column of its tables, as they are written. */
  readonly rows: readonly string[]
}

export function allDocuments(): Document[] {
  return ['README.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: ROOT }).sort()].map(readDocument)
}

/** Pages for people who change the project or try its examples. They are no part of the package. */
export function projectDocuments(): Document[] {
  const examples = globSync('examples/**/*.md', { cwd: ROOT }).sort()
  return ['CONTRIBUTING.md', 'SECURITY.md', ...examples].map(readDocument)
}

export function readDocument(path: string): Document {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const blocks: CodeBlock[] = []
  const prose = text.replace(
    /^```(\w*)\n([\s\S]*?)^```$/gm,
    (block, language: string, code: string, offset: number) => {
      const line = text.slice(0, offset).split('\n').length + 1
      blocks.push({ language, code, name: /^\/\/ ([\w.-]+\.(?:ts|json))\n/.exec(code)?.[1], line })
      return block.replace(/[^\n]/g, '')
    },
  )
  return { path, text, blocks, sections: readSections(prose), links: readLinks(prose) }
}

/** What GitHub makes of a heading when somebody links to it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')
}

function readSections(prose: string): Section[] {
  return prose.split(/^(?=#{1,6} )/m).map((part) => {
    const [first = '', ...lines] = part.split('\n')
    const text = lines.join('\n')
    const cells = lines.map((line) => /^\| (.+?) \|/.exec(line)?.[1])
    return { heading: first.replace(/^#+ /, ''), text, rows: cells.filter((cell) => cell !== undefined) }
  })
}

function readLinks(prose: string): string[] {
  const withoutCode = prose.replace(/`[^`\n]+`/g, '')
  return [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}
