import { accessSync, constants, existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

interface Step {
  readonly uses?: string
  readonly run?: string
}

interface Job {
  readonly steps: readonly Step[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } }
}

interface Workflow {
  readonly name: string
  readonly on: object
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

/** The reader of YAML that @fastify/swagger brings along. */
const yaml = createRequire(createRequire(import.meta.url).resolve('@fastify/swagger'))('yaml') as {
  parse(text: string): unknown
  parseDocument(text: string, options: object): { readonly errors: unknown[]; readonly warnings: unknown[] }
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const { scripts, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const files = globSync('.github/**/*.yml', { cwd: root }).sort()
const workflows = files.filter((file) => file.startsWith('.github/workflows/'))

test('there are workflows for changes and releases, and templates for bugs and features', () => {
  expect(files.map((file) => file.replace('.github/', ''))).toEqual([
    'ISSUE_TEMPLATE/bug.yml',
    'ISSUE_TEMPLATE/config.yml',
    'ISSUE_TEMPLATE/feature.yml',
    'workflows/ci.yml',
    'workflows/release.yml',
  ])
})

test.each(files)('%s is YAML without errors or warnings', (file) => {
  const document = yaml.parseDocument(readFileSync(join(root, file), 'utf8'), { uniqueKeys: true })
  expect({ errors: document.errors, warnings: document.warnings }).toEqual({ errors: [], warnings: [] })
})

describe.each(workflows)('%s', (file) => {
  const { on, jobs, permissions } = read<Workflow>(file)
  const steps = Object.values(jobs).flatMap((job) => job.steps)

  test('says when it runs, and may only read unless a job says otherwise', () => {
    expect(Object.keys(on).length).toBeGreaterThan(0)
    expect(permissions).toEqual({ contents: 'read' })
  })

  test('has steps that run a command or use an action of a named version', () => {
    expect(steps.length).toBeGreaterThan(1)
    for (const { uses, run } of steps) expect(uses ?? run).toMatch(uses ? /^[\w-]+\/[\w-]+@v\d+$/ : /\S/)
  })

  test('calls only scripts and files that exist', () => {
    const commands = steps.flatMap(({ run }) => run ?? []).join('\n')
    const called = calledIn(commands)
    expect(called.length).toBeGreaterThan(0)
    expect(called.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const run = [...commands.matchAll(/\bnpm run (?:--\w+ )*([\w:-]+)/g)].map(([, name = '']) => name)
    expect(run.filter((name) => !(name in scripts))).toEqual([])
  })
})

test('changes are tested on the oldest version of Node that is supported, and on newer ones', () => {
  const { matrix } = read<Workflow>('.github/workflows/ci.yml').jobs.checks?.strategy ?? {}
  expect(matrix?.node).toEqual([22, 24, 26])
  expect(engines.node).toMatch(new RegExp(`^>=${matrix?.node[0]}\\.`))
})

test('.ci/run can be executed, and calls only scripts that exist', () => {
  accessSync(join(root, '.ci/run'), constants.X_OK)
  const text = readFileSync(join(root, '.ci/run'), 'utf8')
  expect(calledIn(text).filter((path) => !existsSync(join(root, path)))).toEqual([])
  const run = [...text.matchAll(/\bnpm run (?:--\w+ )*([\w:-]+)/g)].map(([, name = '']) => name)
  expect(run).toContain('conformance')
  expect(run.filter((name) => !(name in scripts))).toEqual([])
})

test('a release may sign where it was built, and publishes by the script', () => {
  const { publish } = read<Workflow>('.github/workflows/release.yml').jobs
  expect(publish?.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  expect(publish?.steps.map(({ run }) => run)).toContain('node scripts/release.mjs --publish')
})

test.each(['ISSUE_TEMPLATE/bug.yml', 'ISSUE_TEMPLATE/feature.yml', 'pull_request_template.md'])(
  '%s sends vulnerabilities to SECURITY.md',
  (file) => {
    expect(readFileSync(join(root, '.github', file), 'utf8')).toMatch(/in private|private report/)
    expect(readFileSync(join(root, '.github', file), 'utf8')).toContain('SECURITY.md')
  },
)

/** Files of the repository that a shell runs, by `node` or by their path. */
function calledIn(commands: string): string[] {
  const byNode = [...commands.matchAll(/\bnode ((?:[\w-]+\/)+[\w.-]+\.m?js)/g)].map(([, path = '']) => path)
  return [...byNode, ...(/^\s*\.ci\/run$/m.test(commands) ? ['.ci/run'] : [])]
}

function read<T>(file: string): T {
  return yaml.parse(readFileSync(join(root, file), 'utf8')) as T
}
