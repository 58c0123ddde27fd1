// Makes a checkout ready to run: dependencies, build and, with `--tests`, a browser for the browser tests.
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
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const dist = join(root, 'dist')
const buildStamp = join(modules, '.cache', 'ostiary-build.stamp')
const buildInfo = join(modules, '.cache', 'ostiary-build.tsbuildinfo')

if (!isInstalled()) install()
if (!isBuilt()) build()
linkCommand()
if (process.argv.includes('--tests') && !browserPath()) installBrowser()

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
  return ['node', 'node.exe'].some((name) => existsSync(join(modules, 'node', 'bin', name)))
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
  if (!existsSync(buildStamp) || readFileSync(buildStamp, 'utf8') !== fingerprint()) return false
  return outputs().every((file) => existsSync(join(dist, file))) && strays().length === 0
}

function build() {
  timed('Building', () => {
    // The compiler believes its notes about what it wrote, and would not write again what was deleted.
    if (!outputs().every((file) => existsSync(join(dist, file)))) rmSync(buildInfo, { force: true })
    for (const file of strays()) rmSync(join(dist, file))
    run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'])
    const main = join(dist, 'cli', 'main.js')
    if (existsSync(main)) chmodSync(main, 0o755)
  })
  mkdirSync(dirname(buildStamp), { recursive: true })
  writeFileSync(buildStamp, fingerprint())
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

function outputs() {
  return sources().flatMap((file) => ['.js', '.js.map', '.d.ts'].map((ending) => file.replace(/\.ts$/, ending)))
}

/** What is left in dist of sources that are gone. */
function strays() {
  const expected = new Set(outputs())
  return filesIn(dist).filter((file) => !expected.has(file))
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort()
}

// --- Browser

function browserPath() {
  return [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find((path) => path && existsSync(path))
}

/** Never stops the rest: without a browser, the browser tests fail and say the same. */
function installBrowser() {
  const isRoot = process.getuid?.() === 0
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    timed('Installing Chromium for the browser tests', () => {
      const options = {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        stdio: ['ignore', 'ignore', 'inherit'],
      }
      spawnSync('apt-get', ['update'], options)
      spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'], options)
    })
  }
  if (!browserPath()) {
    console.error(
      'The browser tests need Chromium: install it (Debian: apt-get install chromium fonts-liberation), ' +
        'or set CHROMIUM_PATH to the executable of a Chromium or Chrome.',
    )
  }
}

// --- Odds and ends

function run(command, args, options) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) fail(`${command}: ${error.message}`)
  if (status !== 0)
    fail(`${basename(command)} ${basename(args[0])} failed${signal ? ` (${signal})` : ''}.`, status ?? 1)
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
