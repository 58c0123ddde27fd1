import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allDocuments } from '../docs/documents.ts'
import { extract } from '../docs/extracted.ts'
import { openWorkshop, packagesOfDocs, type Workshop } from './empty-project.ts'
import { README_COMMANDS, writeReadmeFiles } from './readme-lines.ts'

const [SET_UP = [], , , [install = '', check = ''] = []] = README_COMMANDS

let workshop: Workshop
const inFolder = (line: string) => workshop.run(line, { cwd: 'reports' })

beforeAll(async () => {
  workshop = await openWorkshop()
  await workshop.run(['set -e', ...SET_UP].join('\n'))
  await writeReadmeFiles(join(workshop.folder, 'reports'))
  await inFolder(install)
})

afterAll(() => workshop?.remove())

test('the guide says how to check types, and brings a configuration', () => {
  expect(install).toBe('npm install -D typescript @types/node')
  expect(check).toBe('npx tsc')
})

test.for(['5.9', '7'])('the files of the README pass the checks of TypeScript %s', async (version) => {
  await inFolder(`npm install -D typescript@${version}`)
  expect(await inFolder('npx tsc --version')).toContain(`Version ${version}.`)
  expect(await inFolder(check)).toBe('')
  // A mistake is noticed, so it is not that nothing was looked at.
  await inFolder(`cp server.ts server.ts.kept && sed -i 's/user.name/user.nome/' server.ts`)
  await expect(inFolder(check)).rejects.toThrow("Property 'nome' does not exist")
  await inFolder('mv server.ts.kept server.ts')
})

test('every example of the docs passes them in an empty project, declarations of all packages included', async () => {
  const reports = join(workshop.folder, 'reports')
  const { folder } = extract(allDocuments(), join(reports, 'examples'))
  // This page chooses names for types, which hold for a whole program.
  await rename(join(folder, 'docs-neighbours'), join(reports, 'neighbours'))
  await writeFile(join(reports, 'tsconfig.rest.json'), '{ "extends": "./tsconfig.json", "exclude": ["neighbours"] }')
  await writeFile(join(reports, 'tsconfig.apart.json'), '{ "extends": "./tsconfig.json", "include": ["neighbours"] }')
  await inFolder(`npm install ${(await packagesOfDocs()).join(' ')} @types/ws`)
  const options = '--exactOptionalPropertyTypes --noUncheckedIndexedAccess --verbatimModuleSyntax'
  for (const config of ['rest', 'apart'])
    expect(await inFolder(`npx tsc -p tsconfig.${config}.json ${options}`)).toBe('')
})
