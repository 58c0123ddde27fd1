// Makes a checkout ready to run: dependencies, build and, with `--tests`, the browser and the servers that tests need.
//
// Runs before `npm start` and `npm test`, so it must work with nothing installed, on the machine's own Node
// (20 and up), and be done in a blink when there is nothing to do.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, delimiter, dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const dist = join(root, 'dist')
const buildRecord = join(modules, '.cache', 'ostiary-build.json')
const buildInfo = join(modules, '.cache', 'ostiary-build.tsbuildinfo')

if (!isInstalled()) install()
if (!isBuilt()) build()
linkCommand()
if (process.argv.includes('--tests')) installForTests()

// --- Dependencies

/** Whether node_modules holds what package-lock.json asks for, by npm's own record of what it installed there. */
function isInstalled() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(record) || !isNodeInstalled()) return false
  const installed = readJson(record).packages
  return Object.entries(readJson(join(root, 'package-lock.json')).packages).every(
    ([path, wanted]) =>
      path === '' || (installed[path] ? installed[path].integrity === wanted.integrity : wanted.optional === true),
  )
}

/** The `node` package brings its binary by an install script, which a machine may have switched off. */
function isNodeInstalled() {
  return existsSync(ownNode())
}

function ownNode() {
  return join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

function install() {
  timed('Installing dependencies', () => {
    // Not with the Node that lives in the very folder `npm ci` is about to delete.
    const path = process.env.PATH.split(delimiter).filter((folder) => !folder.startsWith(modules))
    // On the machine's own Node, npm would warn that packages want a newer one: they get it, it is one of them.
    run('npm', ['ci', '--include=dev', '--loglevel=error', '--no-audit', '--no-fund'], {
      env: { ...process.env, PATH: path.join(delimiter) },
      shell: process.platform === 'win32',
    })
  })
  if (!isNodeInstalled()) {
    fail('The package "node" has no binary: its install script did not run. npm must not be set to ignore-scripts.')
  }
}

// --- Build

function isBuilt() {
  const record = lastBuild()
  if (record?.fingerprint !== fingerprint()) return false
  const expected = [...declarations(), ...record.bundled]
  return expected.every((file) => existsSync(join(dist, file))) && strays(expected).length === 0
}

/** Undefined when there was none, or it was ended while it wrote this down. */
function lastBuild() {
  try {
    return readJson(buildRecord)
  } catch {
    return undefined
  }
}

function build() {
  timed('Building', () => {
    // The compiler believes its notes about what it wrote, and would not write again what was deleted.
    if (!declarations().every((file) => existsSync(join(dist, file)))) rmSync(buildInfo, { force: true })
    run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'])
    const options = { stdio: ['ignore', 'pipe', 'inherit'] }
    const written = JSON.parse(run(ownNode(), [join(root, 'scripts', 'bundle.mjs')], options))
    const bundled = written.map((file) => normalize(file))
    for (const file of strays([...declarations(), ...bundled])) rmSync(join(dist, file))
    const main = join(dist, 'cli', 'main.js')
    if (existsSync(main)) chmodSync(main, 0o755)
    mkdirSync(dirname(buildRecord), { recursive: true })
    writeFileSync(buildRecord, JSON.stringify({ fingerprint: fingerprint(), bundled }))
  })
}

/** So that `npx ostiary` in this very folder finds it at once, rather than install the package out of itself. */
function linkCommand() {
  const link = join(modules, '.bin', 'ostiary')
  if (existsSync(link) || process.platform === 'win32') return
  rmSync(link, { force: true })
  symlinkSync(join('..', '..', 'dist', 'cli', 'main.js'), link)
}

/** Changes whenever the build could come out differently. */
function fingerprint() {
  const hash = createHash('sha256')
  const inputs = [
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'package.json',
    join('scripts', 'bundle.mjs'),
    ...sources().map((file) => join('src', file)),
  ]
  for (const file of inputs) {
    const { size, mtimeMs } = statSync(join(root, file))
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function sources() {
  return filesIn(join(root, 'src')).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
}

function declarations() {
  return sources().map((file) => file.replace(/\.ts$/, '.d.ts'))
}

/** What is left in dist of sources that are gone. */
function strays(expected) {
  const known = new Set(expected)
  return filesIn(dist).filter((file) => !known.has(file))
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort()
}

// --- What tests need beside packages of npm

/** Where each is looked for, and the Debian packages that bring it. */
function testNeeds() {
  return [
    {
      what: 'a Chromium for the browser tests (CHROMIUM_PATH names another one)',
      files: [process.env.CHROMIUM_PATH, '/usr/bin/chromium'],
      packages: ['chromium', 'fonts-liberation'],
    },
    {
      what: 'OpenLDAP for the LDAP tests',
      files: ['/usr/sbin/slapd'],
      packages: ['slapd', 'slapd-contrib', 'ldap-utils'],
    },
    {
      what: 'Samba for the tests of Active Directory',
      files: ['/usr/sbin/samba'],
      packages: [
        ...['samba', 'samba-ad-dc', 'samba-ad-provision', 'samba-dsdb-modules'],
        ...['samba-vfs-modules', 'winbind', 'python3-samba'],
      ],
    },
    {
      what: 'PostgreSQL for the tests of databases (OSTIARY_TEST_POSTGRES_URL names a server in its place)',
      files: [process.env.OSTIARY_TEST_POSTGRES_URL && root, ...postgresServers()],
      packages: ['postgresql'],
    },
    {
      what: 'MariaDB for the tests of databases (OSTIARY_TEST_MARIADB_URL names a server in its place)',
      files: [process.env.OSTIARY_TEST_MARIADB_URL && root, '/usr/sbin/mariadbd'],
      packages: ['mariadb-server'],
    },
    {
      // Those of faults need one that they can stop, whatever other one is named.
      what: 'Redis for the tests of sessions in it',
      files: ['/usr/bin/redis-server'],
      packages: ['redis-server'],
    },
    { what: 'zsh for the tests of its completion', files: ['/usr/bin/zsh', '/bin/zsh'], packages: ['zsh'] },
    { what: 'fish for the tests of its completion', files: ['/usr/bin/fish'], packages: ['fish'] },
  ]
}

/** Debian has a folder for each version. */
function postgresServers() {
  const folder = '/usr/lib/postgresql'
  return existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, 'bin', 'postgres')) : []
}

/** Never stops the rest: what is missing then, the tests that need it say again when they fail. */
function installForTests() {
  const missing = () => testNeeds().filter(({ files }) => !files.some((file) => file && existsSync(file)))
  const wanted = missing()
  if (wanted.length === 0) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    timed(`Installing ${wanted.map(({ what }) => what).join(', ')}`, () => {
      const options = {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        stdio: ['ignore', 'ignore', 'inherit'],
      }
      const packages = wanted.flatMap((need) => need.packages)
      withoutStarting(() => {
        spawnSync('apt-get', ['update'], options)
        spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options)
      })
    })
  }
  for (const { what, packages } of missing()) {
    console.error(`The tests need ${what}. On Debian: apt-get install --no-install-recommends ${packages.join(' ')}`)
  }
}

/** Packages of servers start them, and tests start their own: Debian asks this file whether it may (invoke-rc.d). */
function withoutStarting(action) {
  const policy = '/usr/sbin/policy-rc.d'
  const isOurs = !existsSync(policy)
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    action()
  } finally {
    if (isOurs) rmSync(policy)
  }
}

// --- Odds and ends

function run(command, args, options) {
  const { status, signal, error, stdout } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) fail(`${command}: ${error.message}`)
  if (status !== 0)
    fail(`${basename(command)} ${basename(args[0])} failed${signal ? ` (${signal})` : ''}.`, status ?? 1)
  return stdout
}

function timed(what, action) {
  console.log(`${what} ...`)
  const start = Date.now()
  action()
  console.log(`${what} took ${((Date.now() - start) / 1000).toFixed(1)} s.`)
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function fail(message, status = 1) {
  console.error(message)
  process.exit(status)
}
