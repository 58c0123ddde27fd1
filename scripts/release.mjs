// Releases the version of package.json, or shows what a release would do. `--help` says the rest.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const HELP = `Usage: node scripts/release.mjs [--dry-run | --publish]

Checks that this checkout can be released: package.json names the repository, the changelog has a dated heading for
the version, and the working tree is clean. Then it runs .ci/run and hands the package to npm.

  --dry-run   the default: npm shows what it would publish, and publishes nothing
  --publish   publishes with provenance; needs the tag v<version> on this commit, and a CI job with id-token: write
  --help      shows this text

Exit codes: 0 done, 1 cannot be released or a check failed, 2 wrong arguments`

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { publish } = readArguments()
const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const problems = [...problemsOfMetadata(), ...problemsOfCheckout(), ...(publish ? problemsOfPublishing() : [])]
if (problems.length > 0) {
  for (const problem of problems) console.error(`error: ${problem}`)
  process.exit(1)
}

step('Checks', '.ci/run', [])
const way = publish ? ['--provenance', '--access', 'public'] : ['--access', 'public', '--dry-run']
step('npm', 'npm', ['publish', ...way])
console.log(
  publish
    ? `Published ${pkg.name} ${pkg.version}.`
    : `${pkg.name} ${pkg.version} can be released. Nothing was published.`,
)

function readArguments() {
  try {
    const flag = { type: 'boolean', default: false }
    const { values } = parseArgs({ options: { 'dry-run': flag, publish: flag, help: flag } })
    if (values.help) {
      console.log(HELP)
      process.exit(0)
    }
    if (values.publish && values['dry-run']) throw new Error('--publish and --dry-run exclude each other')
    return values
  } catch (error) {
    console.error(`error: ${error.message}\n\n${HELP}`)
    process.exit(2)
  }
}

function problemsOfMetadata() {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  const heading = changelog.split('\n').find((line) => line.startsWith(`## [${pkg.version}]`))
  return [
    !pkg.repository && 'package.json has no "repository". npm needs it for the provenance of the package.',
    !heading && `CHANGELOG.md has no heading "## [${pkg.version}] - <date>".`,
    heading && !/ - \d{4}-\d{2}-\d{2}$/.test(heading) && `CHANGELOG.md has no date for the version: "${heading}".`,
  ].filter(Boolean)
}

function problemsOfCheckout() {
  const changes = git('status', '--porcelain')
  return changes === '' ? [] : [`the working tree is not clean:\n${changes}`]
}

function problemsOfPublishing() {
  const tag = `v${pkg.version}`
  const { ACTIONS_ID_TOKEN_REQUEST_URL, SIGSTORE_ID_TOKEN } = process.env
  return [
    !git('tag', '--points-at', 'HEAD').split('\n').includes(tag) && `this commit does not have the tag ${tag}.`,
    !ACTIONS_ID_TOKEN_REQUEST_URL &&
      !SIGSTORE_ID_TOKEN &&
      'provenance needs an identity token: run this in a CI job with id-token: write (.github/workflows/release.yml).',
  ].filter(Boolean)
}

function git(...args) {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  if (status === 0) return stdout.trimEnd()
  console.error(`error: git ${args.join(' ')}: ${(error?.message ?? stderr).trim()}`)
  process.exit(1)
}

function step(name, command, args) {
  console.log(`=== ${name}: ${[command, ...args].join(' ')}`)
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status === 0) return
  console.error(`error: ${name} failed${error ? `: ${error.message}` : ` with exit code ${status}`}.`)
  process.exit(1)
}
