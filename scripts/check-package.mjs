// Checks the package as its users will get it: packed, installed in empty projects, imported, compiled against, run.
// Works off package.json, so that a new subpath is checked without anyone adding it here. Needs a build.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const subpaths = Object.keys(pkg.exports)
const optionalPeers = Object.keys(pkg.peerDependenciesMeta ?? {})

/** The optional peer that a subpath cannot do without. Every other subpath must work with none of them. */
const peerOf = { './fastify': 'fastify', './hono': 'hono', './testing/contracts': 'vitest' }

/** Runners that people still have: npm must not refuse to install the package beside them. */
const OLDER_VITEST = ['3', '4']

// With a listener, Ctrl+C ends the running check and not this process, so that the temporary folder still goes.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})

const temp = mkdtempSync(join(tmpdir(), 'ostiary-package-'))
try {
  checkPackage()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(temp, { recursive: true, force: true })
}

function checkPackage() {
  const { filename, files } = check('packs', () => pack())
  const tarball = join(temp, filename)

  check('holds every file that exports and bin name', () => {
    const packed = new Set(files.map((file) => `./${file.path}`))
    const missing = targets([pkg.exports, pkg.bin]).filter((file) => !packed.has(file))
    if (missing.length > 0) throw new Error(`Not in the tarball: ${missing.join(', ')}`)
  })
  check('holds no tests', () => {
    const tests = files.filter((file) => /\.(test|test-d)\./.test(file.path))
    if (tests.length > 0) throw new Error(`In the tarball: ${tests.map((file) => file.path).join(', ')}`)
  })
  check('passes publint', () => run(bin(root, 'publint'), ['--strict', tarball]))
  check('passes attw', () => run(bin(root, 'attw'), ['--profile', 'esm-only', '--no-emoji', tarball]))

  const bare = check('installs alone', () => install('bare', [tarball]))
  for (const subpath of subpaths.filter((subpath) => !peerOf[subpath])) {
    check(`${specifier(subpath)} imports without ${optionalPeers.join(' or ')}`, () => importIn(bare, subpath))
  }
  check('runs on the command line', () => runCommands(bare))
  check('signs in for tests of node:test', () => testWithNode(bare))
  for (const version of OLDER_VITEST) {
    check(`installs beside vitest ${version}`, () => resolveBeside(`vitest@${version}`, tarball))
  }

  const tools = ['typescript', '@types/node', ...optionalPeers].map((name) => `${name}@${pkg.devDependencies[name]}`)
  const full = check(`installs with ${tools.join(' ')}`, () => install('full', [tarball, ...tools]))
  for (const subpath of subpaths) check(`${specifier(subpath)} imports`, () => importIn(full, subpath))
  check('compiles in strict mode, declarations included', () => compile(full))
}

function pack() {
  // Without scripts: `prepack` would build, and this is about the build that is there.
  const [result] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', temp]))
  return result
}

function install(name, packages) {
  const project = join(temp, name)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }))
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages], project)
  return project
}

function importIn(project, subpath) {
  const attributes = subpath.endsWith('.json') ? ", { with: { type: 'json' } }" : ''
  // Errors and users are shown by the names of their classes, which a bundler may change.
  const code = `
    for (const [name, value] of Object.entries(await import('${specifier(subpath)}'${attributes})))
      if (/^class/.test(String(value)) && value.name !== name) throw new Error(name + ' calls itself ' + value.name)`
  run(process.execPath, ['--no-warnings', '--input-type=module', '--eval', code], project)
}

/** Asks npm which packages it would install, which is when it refuses peers. */
function resolveBeside(dependency, tarball) {
  const project = join(temp, dependency.replace('@', '-'))
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'beside', private: true }))
  const options = ['--package-lock-only', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  run('npm', ['install', ...options, dependency, tarball], project)
}

/** In a project without Vitest. */
function testWithNode(project) {
  const code = `
    import assert from 'node:assert/strict'
    import { test } from 'node:test'
    import { createAuth, defineRole } from 'ostiary'
    import { signInAs, testUser } from 'ostiary/testing'
    test('somebody is signed in', async () => {
      const role = defineRole({ name: 'Editor', description: 'd', permissions: [] })
      const auth = createAuth({ roles: [role] })
      const { cookie } = await signInAs(auth, testUser({ name: 'anna', roles: [role] }))
      const request = { https: false, host: 'localhost', headers: { cookie } }
      assert.equal((await auth.authenticateRequest(request)).user.hasRole(role), true)
      await auth.close()
    })`
  writeFileSync(join(project, 'sign-in.test.mjs'), code)
  run(process.execPath, ['--no-warnings', '--test', 'sign-in.test.mjs'], project)
}

function runCommands(project) {
  for (const name of Object.keys(pkg.bin)) {
    const help = run(bin(project, name), ['--help'], project)
    if (!help.includes(name)) throw new Error(`${name} --help does not name itself:\n${help}`)
  }
}

function compile(project) {
  const names = subpaths.filter((subpath) => !subpath.endsWith('.json')).map(specifier)
  const imports = names.map((name, index) => `import * as module${index} from '${name}'`)
  const uses = names.map((_, index) => `export const use${index}: object = module${index}`)
  writeFileSync(join(project, 'consumer.ts'), [...imports, ...uses, ''].join('\n'))
  const options = '--noEmit --strict --skipLibCheck false --module nodenext --target es2023 --types node'
  run(bin(project, 'tsc'), [...options.split(' '), 'consumer.ts'], project)
}

/** './sql' → 'ostiary/sql' */
function specifier(subpath) {
  return pkg.name + subpath.slice(1)
}

/** All file names in a tree of conditions. */
function targets(tree) {
  return typeof tree === 'string' ? [tree] : Object.values(tree).flatMap(targets)
}

function bin(project, name) {
  return join(project, 'node_modules', '.bin', name)
}

/** One line a check; the first that fails is the last. */
function check(what, action) {
  const start = Date.now()
  try {
    const result = action()
    console.log(`ok      ${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
    return result
  } catch (error) {
    console.log(`FAILED  ${what}`)
    throw error
  }
}

function run(command, args, cwd = root) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`.trim())
  return stdout
}
