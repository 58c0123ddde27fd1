import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, readDocument } from './documents.ts'

const { sections, text } = readDocument('docs/configuration.md')
const sources = globSync('src/**/*.ts', { cwd: ROOT })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, code: readFileSync(join(ROOT, file), 'utf8') }))

/** Options that no application ever writes: what our own parts hand each other. */
const INTERNAL = ['ChainOptions', 'LoginRoutesOptions', 'RecordOptions', 'StartOptions']
/** What applications write and is not called options. */
const ALSO = ['SourceRules', 'Argon2Parameters', 'HashCeiling', 'PageMessages']

describe('every option is in the table of its type, and nothing else is', () => {
  const types = sources.flatMap(({ code }) => [
    ...code.matchAll(/^export interface (\w+)(?: extends (.+?))? \{\n([\s\S]*?)^\}/gm),
  ])
  const written = types.filter(
    ([, name = '']) => (name.endsWith('Options') && !INTERNAL.includes(name)) || ALSO.includes(name),
  )

  test('there are option types', () => {
    expect(written.length).toBeGreaterThan(12)
  })

  test.each(written.map(([, name = '', , body = '']) => ({ name, body })))('$name', ({ name, body }) => {
    const section = sections.find((each) => each.text.includes(`Type: \`${name}\``))
    const rows = section?.rows.flatMap((row) => /^`(\w+)`$/.exec(row)?.[1] ?? [])
    expect(rows).toEqual(membersOf(body))
  })
})

test('every environment variable that the code reads is described', () => {
  const read = sources.flatMap(({ code }) =>
    [...withoutComments(code).matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name),
  )
  for (const name of new Set(read)) expect(text).toContain(`| \`${name}\` |`)
})

/** Members, without those that are marked as internal. */
function membersOf(body: string): string[] {
  const visible = body.replace(/\/\*\* @internal[\s\S]*?\*\/\n.*\n/g, '')
  return [...visible.matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map(([, member = '']) => member)
}

/** Examples in comments read variables of their own. */
function withoutComments(code: string): string {
  return code.replace(/\/\*\*[\s\S]*?\*\//g, '')
}
