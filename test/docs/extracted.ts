import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, ROOT } from './documents.ts'

/**
 * Writes the TypeScript of each page into a folder of its own, below a folder that git ignores. It lies within the
 * repository, so that the package can be imported by its name.
 *
 * A block that names a file becomes that file, and may be imported by the others of its page. A page
 * without an `auth.ts` has that of the first page. Code stands on the same line as on its page, for whoever reads an error.
 *
 * @param parent Where that folder is made: another one may have the package installed.
 */
export function extract(
  documents: readonly Document[],
  parent: string = join(ROOT, 'data'),
): { folder: string; remove(): void } {
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'examples-'))
  const shared = filesOf(documents[0]).filter(({ name }) => name === 'auth.ts')
  for (const document of documents) {
    const page = join(folder, folderName(document))
    mkdirSync(page)
    for (const { name, code } of [...shared, ...filesOf(document)]) writeFileSync(join(page, name), code)
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** `docs/cli.md` → `docs-cli` */
export function folderName({ path }: Document): string {
  return path.replace(/\.md$/, '').replaceAll('/', '-')
}

function filesOf(document: Document | undefined) {
  const blocks = document?.blocks.filter(({ language }) => language === 'ts') ?? []
  return blocks.map(({ name, code, line }) => ({
    name: name ?? `line-${line}.ts`,
    // A module even when it imports nothing: two examples may use the same names.
    code: `${'\n'.repeat(line - 1)}${code}${/^(?:import|export) /m.test(code) ? '' : 'export {}\n'}`,
  }))
}
