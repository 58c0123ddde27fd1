import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allDocuments } from '../docs/documents.ts'
import { extract } from '../docs/extracted.ts'
import { openWorkshop, packagesOfDocs, type Workshop } from './empty-project.ts'
import { README_COMMANDS } from './readme-lines.ts'

// Every example of the docs is run in an empty project. No server of a database, a directory or SAP is there: examples
// that use one are run as far as the first question to it.

const [SET_UP = []] = README_COMMANDS
const SECRETS = {
  OSTIARY_SECRET: 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A',
  JWT_SECRET: 'seven red lanterns over the harbour',
  LDAP_PASSWORD: 'of the directory',
  SAP_PASSWORD: 'of the service',
  PORT: '0',
}

let workshop: Workshop
let folder: string
let files: string[]

beforeAll(async () => {
  workshop = await openWorkshop()
  await workshop.run(['set -e', ...SET_UP].join('\n'))
  const reports = join(workshop.folder, 'reports')
  ;({ folder } = extract(allDocuments(), join(reports, 'examples')))
  files = globSync('**/*.ts', { cwd: folder }).sort()
  await writeFile(join(reports, 'vitest.config.js'), `export default { test: { include: ['examples/**/*.ts'] } }`)
  await workshop.run(`npm install ${(await packagesOfDocs()).join(' ')}`, { cwd: 'reports' })
})

afterAll(() => workshop?.remove())

/** What an example needs that no project has by itself. */
const NEEDS: readonly (readonly [RegExp, string])[] = [
  [/^declare const /m, 'something of its reader'],
  [/^const .*await fetch\(/m, 'the server that it asks'],
  [/\/etc\/ssl\//, 'the certificate of an authority'],
  [/Nothing is said of people of other sources here/, 'an application with role assignments'],
]

test('every example of the docs runs', async () => {
  const ended: Record<string, string> = {}
  for (const file of files) ended[file] = await run(file)
  const ends = Object.entries(ended)
  expect(ends.filter(([, end]) => !/^(?:ran|needs )/.test(end))).toEqual([])
  // One more that cannot run is one that somebody has to look at.
  expect(ends.flatMap(([file, end]) => (end === 'ran' ? [] : `${file.split('/')[0]} ${end}`)).sort()).toEqual([
    'docs-adapters needs something of its reader',
    'docs-concepts needs something of its reader',
    'docs-concepts needs the server that it asks',
    'docs-user-sources needs an application with role assignments',
    'docs-user-sources needs something of its reader',
    'docs-user-sources needs the certificate of an authority',
  ])
})

async function run(file: string): Promise<string> {
  const code = readFileSync(join(folder, file), 'utf8')
  const need = NEEDS.find(([sign]) => sign.test(code))
  if (need) return `needs ${need[1]}`
  const path = join(folder, file)
  // A database of its own: another page may have added the same people.
  const env = { ...SECRETS, OSTIARY_DATABASE_URL: `sqlite:${file.replaceAll('/', '-')}.db` }
  const options = { cwd: 'reports', env }
  try {
    if (/ostiary\/testing\/contracts|from 'vitest'/.test(code)) await workshop.run(`npx vitest run '${path}'`, options)
    else if (/\.listen\(|^serve\(/m.test(code)) await (await workshop.serve(`node '${path}'`, options)).stop()
    else await workshop.run(`timeout 30 node '${path}'`, options)
    return 'ran'
  } catch (error) {
    return String(error)
  }
}
