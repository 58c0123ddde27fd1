import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../scripts/release.mjs', import.meta.url))
const CHANGELOG = '# Changelog\n\n## [1.2.3] - 2030-01-01\n'
const PACKAGE = { name: 'sample', version: '1.2.3', repository: 'github:somebody/sample' }
const IN_CI = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example' }

test('without options it is a dry run: the checks run, and npm publishes nothing', () => {
  const { status, stdout, calls } = checkout().release()
  expect({ status, calls }).toEqual({ status: 0, calls: ['checks', 'npm publish --access public --dry-run'] })
  expect(stdout).toContain('sample 1.2.3 can be released. Nothing was published.')
  expect(checkout().release(['--dry-run']).calls).toEqual(calls)
})

test('with --publish it publishes for everybody, with provenance', () => {
  const { release } = checkout({ tag: 'v1.2.3' })
  const { status, calls } = release(['--publish'], IN_CI)
  expect({ status, calls }).toEqual({ status: 0, calls: ['checks', 'npm publish --provenance --access public'] })
})

describe('a checkout that cannot be released is exit code 1, and nothing is run:', () => {
  test.each<[string, Parameters<typeof checkout>[0], string]>([
    ['a file that is not committed', { stray: true }, 'the working tree is not clean:\n?? stray'],
    ['a changelog without the version', { changelog: '## [1.2.2] - 2029-01-01\n' }, 'no heading "## [1.2.3] - <date>"'],
    ['a version without a date', { changelog: '## [1.2.3] - unreleased\n' }, 'no date for the version'],
    ['an unknown repository', { repository: undefined }, 'package.json has no "repository"'],
  ])('%s', (_name, state, message) => {
    const { status, stderr, calls } = checkout(state).release()
    expect({ status, calls }).toEqual({ status: 1, calls: [] })
    expect(stderr).toContain(message)
  })

  test('--publish without a tag, and without an identity token', () => {
    const { status, stderr, calls } = checkout({ tag: 'v1.2.2' }).release(['--publish'])
    expect({ status, calls }).toEqual({ status: 1, calls: [] })
    expect(stderr).toContain('this commit does not have the tag v1.2.3.')
    expect(stderr).toContain('id-token: write')
  })
})

test('when a check fails, npm is not asked', () => {
  const { status, stderr, calls } = checkout({ checks: 'exit 3', tag: 'v1.2.3' }).release(['--publish'], IN_CI)
  expect({ status, calls }).toEqual({ status: 1, calls: [] })
  expect(stderr).toContain('Checks failed with exit code 3.')
})

test('wrong arguments are exit code 2, and --help shows the options', () => {
  const { release } = checkout()
  expect(release(['--publsh'])).toMatchObject({ status: 2, calls: [], stderr: expect.stringContaining("'--publsh'") })
  expect(release(['--publish', '--dry-run'])).toMatchObject({ status: 2, calls: [] })
  expect(release(['--help'])).toMatchObject({ status: 0, calls: [], stdout: expect.stringContaining('--dry-run') })
})

/** A repository with the script, checks that pass, and an npm that notes what it is asked. */
function checkout(
  state: { stray?: boolean; changelog?: string; repository?: undefined; checks?: string; tag?: string } = {},
) {
  const base = mkdtempSync(join(tmpdir(), 'ostiary-release-'))
  onTestFinished(() => rmSync(base, { recursive: true }))
  const [root, bin, log] = [join(base, 'root'), join(base, 'bin'), join(base, 'log')]
  for (const folder of [join(root, 'scripts'), join(root, '.ci'), bin]) mkdirSync(folder, { recursive: true })
  copyFileSync(SCRIPT, join(root, 'scripts', 'release.mjs'))
  writeFileSync(join(root, 'package.json'), JSON.stringify({ ...PACKAGE, ...state }))
  writeFileSync(join(root, 'CHANGELOG.md'), state.changelog ?? CHANGELOG)
  program(join(root, '.ci', 'run'), state.checks ?? `echo checks >> '${log}'`)
  program(join(bin, 'npm'), `echo "npm $*" >> '${log}'`)

  const git = (...args: string[]) => {
    const author = ['-c', 'user.name=tests', '-c', 'user.email=tests@example.org']
    const { status, stderr } = spawnSync('git', [...author, ...args], { cwd: root, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'Release')
  if (state.tag) git('tag', state.tag)
  if (state.stray) writeFileSync(join(root, 'stray'), '')

  return {
    release(args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
      const { PATH = '', HOME } = process.env
      const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/release.mjs', ...args], {
        cwd: root,
        env: { PATH: [bin, PATH].join(delimiter), HOME, ...environment },
        encoding: 'utf8',
      })
      const calls = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []
      rmSync(log, { force: true })
      return { status, stdout, stderr, calls }
    },
  }
}

function program(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
}
