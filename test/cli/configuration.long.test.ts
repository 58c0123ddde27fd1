import { describe, expect } from 'vitest'
import { CONFIG, bareTest as test } from './cli-process.ts'

const source = new URL('../../src/', import.meta.url).href

/** A configuration whose one role tells it from others. */
const withRole = (name: string) => `
import { createAuth, defineRole } from '${source}index.ts'
export default createAuth({ roles: [defineRole({ name: '${name}', description: 'A role', permissions: [] })] })
`

describe('where the users are', () => {
  test('--config comes before the folder, the folder before OSTIARY_DATABASE_URL', async ({ desk }) => {
    const env = { OSTIARY_DATABASE_URL: desk.databaseUrl }
    const roleNames = async (...args: string[]) => {
      const { stdout } = await desk.ostiary(['roles', '--json', ...args], { env })
      return JSON.parse(stdout).roles.map(({ name }: { name: string }) => name)
    }
    await desk.write('named.mjs', withRole('Named'))
    await desk.write('ostiary.config.mjs', withRole('Mjs'))
    expect(await roleNames('--config', 'named.mjs')).toEqual(['Named'])
    expect(await roleNames()).toEqual(['Mjs'])
    await desk.write('package.json', '{ "type": "module" }')
    await desk.write('ostiary.config.js', withRole('Js'))
    expect(await roleNames()).toEqual(['Js'])
    await desk.write('ostiary.config.ts', `const unused: number = 1\n${withRole('Ts')}`)
    expect(await roleNames()).toEqual(['Ts'])
  })

  test('--config may stand before the command as well', async ({ desk }) => {
    await desk.write('named.mjs', withRole('Named'))
    expect(await desk.ostiary(['--config', 'named.mjs', 'roles'])).toMatchObject({ code: 0 })
  })

  test('nowhere is a mistake that names the three ways', async ({ desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['list-users'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    for (const way of ['ostiary.config.ts', '--config <file>', 'OSTIARY_DATABASE_URL']) expect(stderr).toContain(way)
  })

  test.for([
    ['exports something else', 'export default { roles: [] }', 'is no Auth'],
    ['has no default export', 'export const auth = 1', 'is no Auth'],
    ['throws', 'throw new Error("the moon is full\\nsecond line")', 'cannot be loaded: the moon is full'],
    ['is no JavaScript', 'this is not it', 'cannot be loaded: '],
    ['is put together wrongly', withRole(' '), 'cannot be loaded: defineRole() needs a name'],
    ['asks for what is not there', 'import "nowhere-to-be-found"', 'cannot be loaded: '],
  ] as const)(
    'a configuration that %s is a mistake with its reason on one line',
    async ([, text, reason], { desk }) => {
      await desk.write('ostiary.config.mjs', text)
      const { code, stdout, stderr } = await desk.ostiary(['list-users'])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(reason)
      expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    },
  )

  test('a file that is not there is a mistake, and so is a URL that names no database', async ({ desk }) => {
    expect(await desk.ostiary(['list-users', '--config', 'missing.mjs'])).toMatchObject({ code: 2 })
    const env = { OSTIARY_DATABASE_URL: 'oracle://scott:tiger@db' }
    const { code, stderr } = await desk.ostiary(['list-users'], { env })
    expect(code).toBe(2)
    expect(stderr).toContain('OSTIARY_DATABASE_URL')
    expect(stderr).not.toContain('tiger')
  })

  test('a database that cannot be opened is exit code 1', async ({ desk }) => {
    const env = { OSTIARY_DATABASE_URL: 'sqlite:no/such/folder.db' }
    expect(await desk.ostiary(['list-users'], { env })).toMatchObject({ code: 1, stdout: '' })
  })

  test('a stack is shown with OSTIARY_DEBUG=1 only', async ({ desk }) => {
    await desk.write('ostiary.config.mjs', 'throw new Error("the moon is full")')
    expect((await desk.ostiary(['list-users'])).stderr).not.toMatch(/^ +at /m)
    const { code, stderr } = await desk.ostiary(['list-users'], { env: { OSTIARY_DEBUG: '1' } })
    expect(code).toBe(2)
    expect(stderr).toMatch(/Caused by Error: the moon is full\n +at .*ostiary\.config\.mjs/)
  })
})

describe('the database alone', () => {
  test('is enough to manage users, with a note that role names go unchecked', async ({ desk }) => {
    const env = { OSTIARY_DATABASE_URL: 'sqlite:people.db' }
    const stdin = 'correct horse battery'
    expect(await desk.ostiary(['add', 'bob', '--roles', 'Wizard', '--password-stdin'], { env, stdin })).toEqual({
      code: 0,
      stdout: 'Added the user "bob".\n',
      stderr: 'Note: the names of roles cannot be checked without the configuration of the application.\n',
    })
    expect(await desk.ostiary(['set-roles', 'bob', ''], { env })).toMatchObject({ code: 0, stderr: '' })
    expect(await desk.ostiary(['verify-password', 'bob', '--password-stdin'], { env, stdin })).toMatchObject({
      code: 0,
    })
    expect(await desk.ostiary(['set-roles', 'bob', 'a\tb'], { env })).toMatchObject({ code: 2 })
    expect(await desk.ostiary(['add', 'eve', 'password'], { env })).toMatchObject({ code: 1 })
    expect(await desk.ostiary(['roles'], { env })).toMatchObject({ code: 2 })
  })

  test('works whatever the environment of the application says', async ({ desk }) => {
    const application = { NODE_ENV: 'production', OSTIARY_ALWAYS_SUPERUSER: '1', OSTIARY_SECRET: 'short' }
    const env = { OSTIARY_DATABASE_URL: 'sqlite:people.db', ...application }
    expect(await desk.ostiary(['list-users', '--json'], { env })).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })
})

describe('a configuration that cannot do everything', () => {
  test('with users of others only says whose they are', async ({ desk }) => {
    await desk.write(
      'ostiary.config.mjs',
      `import { createAuth, defineUserSource } from '${source}index.ts'
       export default createAuth({ roles: [], sources: [defineUserSource('kiosk', async () => null)] })`,
    )
    const { code, stderr } = await desk.ostiary(['list-users'])
    expect(code).toBe(2)
    expect(stderr).toContain('its sources: kiosk')
    expect(await desk.ostiary(['roles'])).toMatchObject({ code: 0 })
  })

  test('with sessions in the memory of the server says what that means', async ({ desk }) => {
    await desk.write('ostiary.config.mjs', CONFIG.replace('sessions: { store: sqlSessions(database) },', ''))
    for (const args of [['list'], ['revoke', '--all']]) {
      const { code, stderr } = await desk.ostiary(['sessions', ...args])
      expect(code).toBe(2)
      expect(stderr).toContain('memory of the server process')
    }
    expect(await desk.ostiary(['add', 'bob', '--no-password'])).toMatchObject({ code: 0, stderr: '' })
    expect(await desk.ostiary(['disable', 'bob'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('at the end of their lease'),
    })
    const changed = await desk.ostiary(['set-password', 'bob', '--password-stdin'], { stdin: 'other' })
    expect(changed).toMatchObject({ code: 0, stderr: expect.stringContaining('until they expire') })
  })
})

describe('the process', () => {
  test('prints the warnings of an application, but not that Node calls SQLite and TypeScript experimental', async ({
    desk,
  }) => {
    const warnings = `
      process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning')
      process.emitWarning('Type Stripping is an experimental feature and might change at any time', 'ExperimentalWarning')
      process.emitWarning('Teleportation is an experimental feature', 'ExperimentalWarning')
      process.emitWarning('mind the gap')`
    await desk.write('ostiary.config.mjs', CONFIG + warnings)
    const { stderr } = await desk.ostiary(['roles'])
    expect(stderr).toContain('mind the gap')
    expect(stderr).toContain('Teleportation')
    expect(stderr).not.toMatch(/SQLite|Type Stripping/)
  })

  test('does not warn that the sessions of this process will end with it', async ({ desk }) => {
    await desk.write('ostiary.config.mjs', CONFIG)
    await desk.ostiary(['add', 'bob', '--no-password'])
    for (const args of [
      ['disable', 'bob'],
      ['sessions', 'list', '--json'],
      ['sessions', 'revoke', '--all', '--yes'],
    ]) {
      expect(await desk.ostiary(args)).toMatchObject({ code: 0, stderr: '' })
    }
  })

  test('ends though the configuration left something open', async ({ desk }) => {
    await desk.write('ostiary.config.mjs', `${CONFIG}\nsetInterval(() => {}, 1000)`)
    expect(await desk.ostiary(['list-users', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' })
    expect(await desk.ostiary(['show', 'nobody'])).toMatchObject({ code: 1 })
  })

  test('says which Node it needs', async ({ desk }) => {
    const pretend = (code: string) => ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
    const old = pretend(
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })',
    )
    const tooOld = await desk.ostiary(['secret'], { nodeOptions: old })
    expect(tooOld).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('needs Node 22.13') })
  })
})
