import { join } from 'node:path'
import { createAuth, defineUserSource, rejected } from 'ostiary'
import { openDatabase, sqlThrottle } from 'ostiary/sql'
import { testRequest } from 'ostiary/testing'
import { describe, expect } from 'vitest'
import { CONFIG, type Desk, test as withDesk } from './cli-process.ts'

const SECRET = 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A'
const SHARED = CONFIG.replace('openDatabase, sqlSessions', 'openDatabase, sqlSessions, sqlThrottle').replace(
  'sessions: {',
  'throttle: { store: sqlThrottle(database), client: { attempts: 12 } },\n  sessions: {',
)

/** The application, which runs on the same file as the command line. */
interface Server {
  attempt(username: string, clientAddress: string, times: number): Promise<string | undefined>
}

const test = withDesk.extend<{ server: Server }>({
  server: async ({ desk }, use) => {
    await desk.write('ostiary.config.mjs', SHARED)
    const database = openDatabase(`sqlite:${join(desk.folder, 'people.db')}`)
    const auth = createAuth({
      roles: [],
      sources: [defineUserSource('people', async () => rejected())],
      sessions: { secret: SECRET },
      throttle: { store: sqlThrottle(database), client: { attempts: 12 }, wait: async () => {} },
      audit: { record() {} },
    })
    await auth.ready()
    await use({
      async attempt(username, clientAddress, times) {
        const form = { username, password: 'wrong', persistent: false, next: undefined, fields: {} }
        const request = testRequest({ clientAddress })
        let outcome: string | undefined
        for (let time = 0; time < times; time += 1) outcome = (await auth.signIn(form, request, null)).outcome
        return outcome
      },
    })
    await auth.close()
    await database.close()
  },
})

const ostiary = (desk: Desk, ...args: string[]) => desk.ostiary(args, { env: { OSTIARY_SECRET: SECRET } })
const listed = async (desk: Desk, ...args: string[]) =>
  JSON.parse((await ostiary(desk, 'throttle', 'list', '--json', ...args)).stdout) as Record<string, unknown>[]

describe('throttle list', () => {
  test('shows who is refused and who is delayed, and no name', async ({ desk, server }) => {
    expect(await ostiary(desk, 'throttle', 'list')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Nobody is refused or delayed.\n',
    })
    await server.attempt('anna', '192.0.2.1', 10)
    await server.attempt('bert', '192.0.2.2', 4)
    await server.attempt('cleo', '192.0.2.3', 1)
    const { code, stdout, stderr } = await ostiary(desk, 'throttle', 'list')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^limit +subject +state +attempts +until$/m)
    expect(stdout).toMatch(/^account +[\w-]{22} +refused +10 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/m)
    expect(stdout).toMatch(/^account +[\w-]{22} +delayed +4 /m)
    // That of the one network that used it up stands beside the one of all.
    expect(stdout).toMatch(/^account-network +[\w-]{22} from 192\.0\.2\.0\/24 +refused +10 /m)
    expect(stdout.split('\n')).toHaveLength(5)
    expect(stdout).not.toMatch(/anna|bert/)
  })

  test('shows what concerns one account, however its name is spelled', async ({ desk, server }) => {
    await server.attempt('anna', '192.0.2.1', 10)
    await server.attempt('bert', '192.0.2.2', 10)
    for (const name of ['anna', 'ANNA', ' ánna ']) {
      const subject = {
        during: 'calm',
        subject: expect.stringMatching(/^[\w-]{22}$/),
        state: 'refused',
        attempts: 10,
        until: expect.stringMatching(/^\d{4}-.*Z$/),
      }
      expect(await listed(desk, '--user', name)).toEqual([
        { ...subject, limit: 'account' },
        { ...subject, limit: 'account-network', network: '192.0.2.0/24' },
      ])
    }
    expect(await listed(desk, '--user', 'cleo')).toEqual([])
  })
})

describe('throttle clear', () => {
  test('lets one account be tried again at once', async ({ desk, server }) => {
    await server.attempt('bert', '192.0.2.2', 10)
    expect(await server.attempt('anna', '192.0.2.1', 11)).toBe('throttled')
    // Of all and of the one network each: the count, and the one in the long run. How many networks, and how often used up.
    expect(await ostiary(desk, 'throttle', 'clear', '--user', 'Anna')).toEqual({
      code: 0,
      stdout: 'Forgot 6 counts.\n',
      stderr: '',
    })
    expect(await server.attempt('anna', '192.0.2.9', 1)).toBe('refused')
    expect(await server.attempt('bert', '192.0.2.9', 1)).toBe('throttled')
  })

  test('lets one client try again at once', async ({ desk, server }) => {
    for (let index = 0; index < 13; index += 1) await server.attempt(`person-${index}`, '2001:db8::7', 1)
    expect(await server.attempt('anna', '2001:db8::8', 1)).toBe('throttled')
    expect((await listed(desk))[0]).toMatchObject({ limit: 'client', subject: '2001:db8:0:0::/64', state: 'refused' })
    const { stdout } = await ostiary(desk, 'throttle', 'clear', '--client', '2001:db8:0:0::/64', '--json')
    // Its own, that of its network, and those of the network at thirteen accounts.
    expect(JSON.parse(stdout).cleared).toBeGreaterThan(13)
    expect(await server.attempt('anna', '2001:db8::8', 1)).toBe('refused')
    expect((await ostiary(desk, 'throttle', 'clear', '--client', '192.0.2.1')).stdout).toBe(
      'There was nothing to forget.\n',
    )
  })

  test('forgets everything', async ({ desk, server }) => {
    await server.attempt('anna', '192.0.2.1', 12)
    expect(await ostiary(desk, 'throttle', 'clear', '--all')).toMatchObject({ code: 0, stdout: 'Forgot 9 counts.\n' })
    expect(await server.attempt('anna', '192.0.2.1', 1)).toBe('refused')
  })

  test('needs to be told what, and a client that is one', async ({ desk }) => {
    for (const args of [[], ['--all', '--user', 'anna'], ['--client', 'somewhere']]) {
      const { code, stdout, stderr } = await ostiary(desk, 'throttle', 'clear', ...args)
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/Give one of the three|is no IP address/)
    }
  })
})

describe('what cannot be seen from here is said', () => {
  test('when counts are in the memory of the server', async ({ desk }) => {
    for (const args of [['list'], ['clear', '--all']]) {
      const { code, stderr } = await ostiary(desk, 'throttle', ...args)
      expect(code).toBe(2)
      expect(stderr).toContain('in the memory of the server process')
      expect(stderr).toContain('sqlThrottle(database)')
    }
  })

  test('when there is no throttle', async ({ desk }) => {
    await desk.write('ostiary.config.mjs', CONFIG.replace('sessions: {', 'throttle: false,\n  sessions: {'))
    const { code, stderr } = await ostiary(desk, 'throttle', 'list')
    expect([code, stderr]).toEqual([2, expect.stringContaining('does not throttle')])
  })

  test('when the secret is not at hand, by which names are counted', async ({ desk, server }) => {
    await server.attempt('anna', '192.0.2.1', 10)
    const { code, stderr } = await desk.ostiary(['throttle', 'list', '--user', 'anna'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('OSTIARY_SECRET')])
    expect((await desk.ostiary(['throttle', 'list'])).stdout).toContain('refused')
  })

  test('when there is the database alone, which shows counts and no names', async ({ desk, server }) => {
    await server.attempt('anna', '192.0.2.1', 10)
    const config = 'no-config'
    await desk.shell(`mv ostiary.config.mjs ${config}`)
    const alone = (...args: string[]) =>
      desk.ostiary(['throttle', ...args], { env: { OSTIARY_DATABASE_URL: desk.databaseUrl } })
    expect((await alone('list')).stdout).toContain('refused')
    expect(await alone('list', '--user', 'anna')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('configuration'),
    })
    expect(await alone('clear', '--all')).toMatchObject({ code: 0 })
    expect((await alone('list')).stdout).toBe('')
  })
})
