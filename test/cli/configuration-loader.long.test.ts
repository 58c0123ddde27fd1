import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect } from 'vitest'
import { INSTALLED_MAIN, test } from './installed-project.ts'

const ROLE = `export const VIEWER = defineRole({ name: 'Viewer', description: 'v', permissions: [] })`
const AUTH = `import { createAuth } from 'ostiary'
import { VIEWER } from './roles.ts'
export const auth = createAuth({ roles: [VIEWER] })`
const ROLES = `import { defineRole } from 'ostiary'\n${ROLE}`
const CONFIG = "export { auth as default } from './auth.ts'"
const COMPILED = `Object.defineProperty(exports, "__esModule", { value: true })
const { createAuth, defineRole } = require('ostiary')
const VIEWER = defineRole({ name: 'Viewer', description: 'v', permissions: [] })
exports.default = createAuth({ roles: [VIEWER] })`

/** Says on standard error whether the package is one copy for Node and for the loader. */
const ONE_COPY = `import { createRequire } from 'node:module'
import { ConfigurationError } from 'ostiary'
const native = createRequire(import.meta.url)('ostiary').ConfigurationError
process.stderr.write(native === ConfigurationError ? 'one copy' : 'two copies')`

const MODULE = { 'package.json': '{ "type": "module" }' }

describe('a configuration is loaded', () => {
  test.for([
    [
      'whose imports say .js for a file .ts',
      {
        ...MODULE,
        'ostiary.config.ts': CONFIG.replace('.ts', '.js'),
        'auth.ts': AUTH.replace('.ts', '.js'),
        'roles.ts': ROLES,
      },
    ],
    [
      'whose imports have no ending',
      {
        ...MODULE,
        'ostiary.config.ts': CONFIG.replace('.ts', ''),
        'auth.ts': AUTH.replace('.ts', ''),
        'roles.ts': ROLES,
      },
    ],
    [
      'whose imports follow paths of tsconfig.json',
      {
        ...MODULE,
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@app/*": ["./src/*"] } } }',
        'ostiary.config.ts': "export { auth as default } from '@app/auth'",
        'src/auth.ts': AUTH,
        'src/roles.ts': ROLES,
      },
    ],
    [
      'with an enum, and the type of another file among its imports',
      {
        ...MODULE,
        'ostiary.config.ts': CONFIG,
        'auth.ts': `${AUTH}\n${ONE_COPY}`,
        'roles.ts': `import { defineRole } from 'ostiary'
import { Named } from './named.ts'
enum Names { Viewer = 'Viewer' }
export const named: Named = { name: Names.Viewer }
export const VIEWER = defineRole({ ...named, description: 'v', permissions: [] })`,
        'named.ts': 'export interface Named { name: string }',
      },
    ],
    [
      'that was compiled to CommonJS',
      { 'package.json': '{ "name": "x", "private": true }', 'ostiary.config.js': COMPILED },
    ],
    ['that is CommonJS by its ending', { 'ostiary.config.cjs': COMPILED.replace('exports.default', 'module.exports') }],
    [
      'that is CommonJS in TypeScript',
      {
        'ostiary.config.cts': `import ostiary = require('ostiary')
const VIEWER = ostiary.defineRole({ name: 'Viewer', description: 'v', permissions: [] })
export = ostiary.createAuth({ roles: [VIEWER] })`,
      },
    ],
  ] as const)('%s', async ([, files], { desk }) => {
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(desk.folder, file)), { recursive: true })
      await desk.write(file, content)
    }
    const { code, stdout, stderr } = await desk.ostiary(['roles', '--json'])
    expect({ code, stderr: stderr.replace('one copy', '') }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout).roles).toMatchObject([{ name: 'Viewer' }])
  })
})

test('a configuration in TypeScript is loaded by a Node that takes none', async ({ desk }) => {
  await desk.write('package.json', '{ "type": "module" }')
  await desk.write('ostiary.config.ts', CONFIG)
  await desk.write('auth.ts', AUTH)
  await desk.write('roles.ts', ROLES)
  const pretend = 'Object.defineProperty(process.features, "typescript", { value: false })'
  const old = ['--no-strip-types', '--import', `data:text/javascript,${encodeURIComponent(pretend)}`]
  const { code, stdout } = await desk.node([...old, INSTALLED_MAIN, 'roles', '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout).roles).toMatchObject([{ name: 'Viewer' }])
})

describe('a configuration that cannot be loaded says what to do', () => {
  test.for([
    ['when a package is missing', "import 'nowhere-to-be-found'", /npm install nowhere-to-be-found/],
    ['when a file is missing', "export { auth as default } from './gone.ts'", /Correct the import/],
    ['when its default export is something else', 'export default 1', /export what createAuth\(\) returned/],
  ] as const)('%s', async ([, text, advice], { desk }) => {
    await desk.write('package.json', '{ "type": "module" }')
    await desk.write('ostiary.config.ts', text)
    const { code, stdout, stderr } = await desk.ostiary(['roles'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(advice)
  })
})

describe('variables', () => {
  const url = (file: string) => `OSTIARY_DATABASE_URL=sqlite:${file}.db\n`

  test('are read from .env, which the environment overrules', async ({ desk }) => {
    await desk.write('.env', url('from-file'))
    expect(await desk.ostiary(['users', 'add', 'anna', '--no-password'])).toMatchObject({ code: 0 })
    const env = { OSTIARY_DATABASE_URL: 'sqlite:from-environment.db' }
    expect(await desk.ostiary(['list-users', '--json'], { env })).toMatchObject({ code: 0, stdout: '[]\n' })
    expect((await desk.ostiary(['list-users', '--json'])).stdout).toContain('"anna"')
  })

  test('are read from the file that --env-file names, in place of .env', async ({ desk }) => {
    await desk.write('.env', 'OSTIARY_DATABASE_URL=nonsense:')
    await desk.write('other.env', url('other'))
    expect(await desk.ostiary(['list-users', '--env-file', 'other.env'])).toMatchObject({ code: 0 })
    const missing = await desk.ostiary(['list-users', '--env-file', 'missing.env'])
    // Node reads the option, too, and is the first to miss the file.
    expect(missing).toMatchObject({ code: 9, stdout: '', stderr: expect.stringContaining('missing.env') })
  })

  test('are not looked for in a folder called .env', async ({ desk }) => {
    await mkdir(join(desk.folder, '.env'))
    const { code, stderr } = await desk.ostiary(['list-users'])
    expect({ code, first: stderr.split('\n')[0] }).toMatchObject({
      code: 2,
      first: expect.stringContaining('There is no configuration'),
    })
  })
})
