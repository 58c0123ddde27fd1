import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { generateSecret } from 'ostiary'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT, readDocument } from './documents.ts'
import { extract, folderName } from './extracted.ts'

const readme = readDocument('README.md')
const PASSWORD = 'seven red lanterns'

describe('the application of the README', () => {
  let folder: string
  let remove: () => void
  let server: ChildProcess
  let origin: string

  beforeAll(async () => {
    const extracted = extract([readme])
    folder = join(extracted.folder, folderName(readme))
    remove = extracted.remove
    ostiary(['add', 'anna', '--roles', 'Reader', '--password-stdin'], PASSWORD)
    ostiary(['add', 'egon', '--roles', 'Editor', '--password-stdin'], PASSWORD)
    server = spawn(process.execPath, [...NODE_OPTIONS, 'server.ts'], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    origin = await listening(server)
  })

  afterAll(async () => {
    if (server?.exitCode === null) {
      server.kill()
      await once(server, 'exit')
    }
    remove?.()
  })

  test('is about forty lines long', () => {
    const code = readme.blocks.filter(({ language }) => language === 'ts').map((block) => block.code)
    expect(code.join('').split('\n').filter(Boolean).length).toBeLessThanOrEqual(40)
  })

  test('lets anybody see the first page, and nobody unknown see more', async () => {
    expect(await (await fetch(origin)).text()).toBe('Hello anonymous')
    expect((await fetch(`${origin}/reports`)).status).toBe(401)
    expect((await fetch(`${origin}/reports`, { method: 'POST' })).status).toBe(401)
    expect((await fetch(`${origin}/drafts/anna`)).status).toBe(401)
  })

  test('sends a browser that comes unsigned to the login page', async () => {
    const answer = await fetch(`${origin}/reports`, { headers: { accept: 'text/html' } })
    expect([answer.status, answer.url]).toEqual([200, `${origin}/auth/login?next=%2Freports`])
  })

  test('lets a reader read, see her own drafts, and nothing else', async () => {
    const headers = await signIn('anna')
    const reports = await fetch(`${origin}/reports`, { headers })
    expect(await reports.json()).toMatchObject({ user: { name: 'anna', roles: ['Reader'] } })
    expect((await fetch(`${origin}/drafts/anna`, { headers })).status).toBe(200)
    expect((await fetch(`${origin}/drafts/egon`, { headers })).status).toBe(403)
    expect((await fetch(`${origin}/reports`, { method: 'POST', headers })).status).toBe(403)
  })

  test('lets an editor publish', async () => {
    const headers = await signIn('egon')
    const published = await fetch(`${origin}/reports`, { method: 'POST', headers })
    expect(await published.json()).toEqual({ publishedBy: 'egon' })
  })

  test('does not let in whoever has the wrong password', async () => {
    expect((await login('anna', 'eight red lanterns')).status).toBe(401)
  })

  async function signIn(username: string): Promise<{ cookie: string }> {
    const response = await login(username, PASSWORD)
    expect(response.status).toBe(200)
    const [cookie = ''] = response.headers.getSetCookie()
    return { cookie: cookie.split(';')[0] ?? '' }
  }

  function login(username: string, password: string): Promise<Response> {
    return fetch(`${origin}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
  }

  /** As `npx ostiary` in the folder of the application. */
  function ostiary(args: readonly string[], input: string): void {
    const main = join(ROOT, 'src', 'cli', 'main.ts')
    const { status, stderr } = spawnSync(process.execPath, [...NODE_OPTIONS, main, ...args], {
      cwd: folder,
      env: environment(),
      input,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  }
})

const NODE_OPTIONS = ['--import', new URL('./resolve-ostiary.mjs', import.meta.url).href]
const SECRET = generateSecret()

/** Nothing of what the tests themselves run with, but what the README says. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return { PATH, HOME, PORT: '0', OSTIARY_SECRET: SECRET }
}

/** The address in the line of the log that says where it listens. */
async function listening({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The server has no standard output.')
  for await (const line of createInterface({ input: stdout })) {
    const address = /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
    if (address) {
      // What it logs from now on is of no interest, and must not fill the pipe.
      stdout.resume()
      return address.replace('127.0.0.1', 'localhost')
    }
  }
  throw new Error('The server ended before it listened.')
}
