import { describe, expect } from 'vitest'
import { bareTest, CONFIG, type Desk } from './cli-process.ts'

/**
 * A directory whose ids are small letters, found by every spelling of the name; a registry that finds people by name and
 * numbers them; a system that keeps capitals and knows no names. With the environment variable DOWN none of them answers.
 */
const DIRECTORIES = CONFIG.replace(
  'import { createAuth,',
  'import { accepted, blocked, createAuth, defineUserSource, unknown,',
)
  .replace('import { localUsers,', 'import { localUsers, sqlHomeSources, sqlRoleAssignments, sqlThrottle,')
  .replace(
    'export default',
    `const down = async () => { throw new Error('no route to the host') }
const source = (name, lookup, findId) =>
  defineUserSource(name, async () => null, process.env.DOWN ? { lookup: down } : { lookup, ...(findId && { findId }) })
const people = ['user21', 'staff-7']
const ldap = source('ldap', async (id) =>
  id === 'left' ? blocked('left the company') : people.includes(id) ? accepted({ name: id }) : unknown())
const registry = source(
  'registry',
  async (id) => (id === '4711' ? accepted({ id, name: 'Anna' }) : unknown()),
  async (name) => (name.toLowerCase() === 'anna' ? '4711' : name === '4711' ? '9' : undefined),
)
const sap = source('sap', async (id) => (id === 'BOSS' ? accepted({ name: 'BOSS' }) : unknown()))
export default`,
  )
  .replace(
    "passwordPolicy: 'none' })],",
    `passwordPolicy: 'none' }), ldap, registry, sap],
  homeSources: sqlHomeSources(database),
  roleAssignments: sqlRoleAssignments(database),
  throttle: { store: sqlThrottle(database) },`,
  )

const test = bareTest.extend<{ desk: Desk }>({
  desk: async ({ desk }, use) => {
    await desk.write('ostiary.config.mjs', DIRECTORIES)
    await use(desk)
  },
})

const DOWN = { env: { DOWN: '1' } }

async function disabled(desk: Desk): Promise<string[]> {
  const { stdout } = await desk.ostiary(['assignments', '--json'])
  const all = JSON.parse(stdout) as { id: string; disabled: boolean }[]
  return all.filter((each) => each.disabled).map(({ id }) => id)
}

describe('a person of another source', () => {
  test.for([
    ['ldap:User21', 'ldap:user21'],
    ['registry:ANNA', 'registry:4711'],
    // Somebody else's user name is 4711.
    ['registry:4711', 'registry:4711'],
    ['sap:boss', 'sap:BOSS'],
    ['ldap:Left', 'ldap:left'],
  ] as const)('%s is disabled as the source spells the id: %s', async ([typed, userId], { desk }) => {
    expect(await desk.ostiary(['disable', typed])).toEqual({
      code: 0,
      stdout: `Disabled the user "${userId}".\n`,
      stderr: '',
    })
    expect(await disabled(desk)).toEqual([userId])
  })

  test('whom the source does not know is no success for any command, and nothing is kept', async ({ desk }) => {
    const commands = [
      ['disable', 'ldap:Usr21'],
      ['enable', 'ldap:usr21'],
      ['set-roles', 'ldap:usr21', 'Viewer'],
      ['note', 'ldap:usr21', 'a word'],
      ['forget', 'ldap:usr21'],
      ['show', 'ldap:usr21'],
      ['home', 'set', 'usr21', 'ldap'],
      ['sessions', 'revoke', '--user', 'ldap:usr21'],
      ['sessions', 'revoke', '--user', 'ldpa:user21'],
      ['sessions', 'list', 'ldap:usr21'],
    ]
    for (const args of commands) {
      const { code, stdout, stderr } = await desk.ostiary(args)
      expect([args, code, stdout]).toEqual([args, 1, ''])
      expect(stderr).toMatch(/There is no user|knows nobody called/)
    }
    expect(await disabled(desk)).toEqual([])
  })

  test('who is not known is kept to the letter with --anyway', async ({ desk }) => {
    expect(await desk.ostiary(['disable', 'ldap:Newcomer', '--anyway'])).toMatchObject({ code: 0, stderr: '' })
    expect(await disabled(desk)).toEqual(['ldap:Newcomer'])
    // Of whom something is kept is somebody, in every spelling.
    expect(await desk.ostiary(['enable', 'ldap:Newcomer'])).toMatchObject({ code: 0, stderr: '' })
    expect(await desk.ostiary(['home', 'set', 'newcomer', 'ldap', '--anyway'])).toMatchObject({ code: 0 })
  })

  test('is disabled while the source is down, in small letters and with a warning', async ({ desk }) => {
    const { code, stdout, stderr } = await desk.ostiary(['disable', 'ldap:User21'], DOWN)
    expect([code, stdout]).toEqual([0, 'Disabled the user "ldap:user21".\n'])
    expect(stderr).toMatch(/^Warning: The source "ldap" does not answer \(no route to the host\)\. "ldap:user21" /)
    expect(await disabled(desk)).toEqual(['ldap:user21'])
    const revoked = await desk.ostiary(['sessions', 'revoke', '--user', 'ldap:Staff-7'], DOWN)
    expect(revoked).toMatchObject({ code: 0, stderr: expect.stringContaining('"ldap:staff-7"') })
  })
})

describe('while a source is down, a person is spelt', () => {
  test('as live sessions spell the id, so that they end', async ({ desk }) => {
    const { openDatabase, sqlSessions } = await import('ostiary/sql')
    const database = openDatabase(desk.databaseUrl)
    const record = { userName: 'Boss', startedAt: 1, lastSeenAt: 2, persistent: false, expiresAt: Date.now() + 60_000 }
    const origin = { clientAddress: '192.0.2.1', userAgent: '' }
    await sqlSessions(database).start({ id: 'an-id', userId: 'sap:BOSS', ...record, ...origin }, 0)
    await database.close()
    expect(await desk.ostiary(['sessions', 'revoke', '--user', 'sap:boss'], DOWN)).toMatchObject({
      code: 0,
      stdout: 'Ended 1 session.\n',
    })
  })
})

test('attempts at a name that no source knows are no success to forget', async ({ desk }) => {
  const env = { OSTIARY_SECRET: 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A' }
  const clear = (user: string, more = {}) =>
    desk.ostiary(['throttle', 'clear', '--user', user], { env: { ...env, ...more } })
  expect(await clear('User21')).toMatchObject({ code: 0, stdout: 'There was nothing to forget.\n', stderr: '' })
  expect(await clear('ldap:user21')).toMatchObject({ code: 1, stdout: '' })
  expect(await clear('usr21')).toMatchObject({ code: 1, stderr: expect.stringContaining('anybody called "usr21"') })
  expect(await clear('usr21', DOWN.env)).toMatchObject({ code: 0, stderr: expect.stringContaining('no route') })
})
