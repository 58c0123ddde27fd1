import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { generateSecret } from 'ostiary'
import { test as base, describe, expect } from 'vitest'
import { type DemoProcess, startDemoProcess, temporaryDatabase } from './demo-process.ts'

interface Fixtures {
  readonly databaseUrl: string
  /** Starts the demo on that database; whatever still runs at the end of a test is ended. */
  readonly start: (environment?: Record<string, string>) => DemoProcess
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures one needs.
  databaseUrl: async ({}, use) => {
    const database = await temporaryDatabase()
    await use(database.url)
    await database.remove()
  },
  start: async ({ databaseUrl }, use) => {
    const started: DemoProcess[] = []
    await use((environment) => {
      const demo = startDemoProcess({ OSTIARY_DATABASE_URL: databaseUrl, ...environment })
      started.push(demo)
      return demo
    })
    await Promise.all(started.map((demo) => demo.stop('SIGKILL')))
  },
})

describe('starting', () => {
  test('serves where PORT and HOST say', async ({ start }) => {
    const port = await freePort('127.0.0.2')
    const demo = start({ PORT: String(port), HOST: '127.0.0.2' })
    expect(await demo.address).toBe(`http://127.0.0.2:${port}`)
    expect((await fetch(`http://127.0.0.2:${port}/`)).status).toBe(200)
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  })

  test('adds three people to the database that OSTIARY_DATABASE_URL names, and says that their passwords are weak', async ({
    start,
    databaseUrl,
  }) => {
    const demo = start()
    await signIn(await demo.address, 'admin', 200)
    expect(demo.output()).toContain(
      'Added admin/admin, user/user and viewer/viewer, whose passwords anybody can guess.',
    )
    expect(existsSync(databaseUrl.replace('sqlite:', ''))).toBe(true)
  })

  test('a second time on the same database adds nobody', async ({ start }) => {
    const first = start()
    await first.address
    await first.stop()
    const second = start()
    await signIn(await second.address, 'viewer', 200)
    expect(second.output()).not.toContain('Added')
  })

  test('warns that sessions end with the process, when there is no secret', async ({ start }) => {
    const demo = start()
    await demo.address
    expect((await demo.stop()).errors).toContain('There is no OSTIARY_SECRET')
  })

  test('with a secret warns of nothing, and sessions outlive a restart', async ({ start }) => {
    const OSTIARY_SECRET = generateSecret()
    const first = start({ OSTIARY_SECRET })
    const cookie = await signIn(await first.address, 'admin', 200)
    expect((await first.stop()).errors).toBe('')
    const second = start({ OSTIARY_SECRET })
    expect((await fetch(`${await second.address}/admin`, { headers: { cookie } })).status).toBe(200)
  })
})

describe('in production', () => {
  test('without a secret it does not start, and says how to get one', async ({ start }) => {
    const { code, errors, output } = await start({ NODE_ENV: 'production' }).exit
    expect(code).toBe(1)
    expect(errors).toContain(
      'There is no session secret, and in production none is made up (NODE_ENV is "production").',
    )
    expect(errors).toContain('Make one with `npx ostiary secret`, and give it to the application as OSTIARY_SECRET.')
    expect(output).not.toContain('The demo is at')
  })

  test('nobody whose password can be guessed is added', async ({ start }) => {
    const demo = start({ NODE_ENV: 'production', OSTIARY_SECRET: generateSecret() })
    await signIn(await demo.address, 'admin', 401)
    expect((await demo.stop()).errors).toContain('add one with `npx ostiary add`')
  })
})

describe('where it cannot listen it ends, and says why in one line', () => {
  test('a port in use', async ({ start }) => {
    const first = start()
    const { port } = new URL(await first.address)
    const { code, errors } = await start({ PORT: port, OSTIARY_SECRET: generateSecret() }).exit
    expect(code).toBe(1)
    expect(errors).toBe(
      `The demo cannot listen on port ${port} of 127.0.0.1: it is in use. Choose another one with PORT=8001 npm start.\n`,
    )
  })

  test('a port that is none', async ({ start }) => {
    const { code, errors } = await start({ PORT: 'eight', OSTIARY_SECRET: generateSecret() }).exit
    expect(code).toBe(1)
    expect(errors).toBe('The demo cannot listen on port eight of 127.0.0.1: PORT is a number from 0 to 65535.\n')
  })

  test('an address that is not one of this machine', async ({ start }) => {
    // From the range that RFC 5737 keeps for documentation.
    const { code, errors } = await start({ HOST: '203.0.113.9', OSTIARY_SECRET: generateSecret() }).exit
    expect(code).toBe(1)
    expect(errors).toMatch(/^The demo cannot listen on port 0 of 203\.0\.113\.9: .*EADDRNOTAVAIL.*\n$/)
  })
})

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with exit code 0, open connections or not',
  async (signal, { start, databaseUrl }) => {
    const demo = start({ OSTIARY_SECRET: generateSecret() })
    const { port } = new URL(await demo.address)
    // As browsers do: a connection that was opened ahead and is not used.
    const idle = connect(Number(port), '127.0.0.1')
    idle.on('error', () => {})
    await once(idle, 'connect')
    await fetch(`${await demo.address}/`)

    const { code, errors } = await demo.stop(signal)
    idle.destroy()
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    // SQLite folds its log into the database when the last connection is closed as it should be.
    expect(existsSync(`${databaseUrl.replace('sqlite:', '')}-wal`)).toBe(false)
  },
)

/** Signs in by JSON, as programs do. */
async function signIn(url: string, name: string, expected: number): Promise<string> {
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: name, password: name }),
  })
  expect(answer.status).toBe(expected)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
