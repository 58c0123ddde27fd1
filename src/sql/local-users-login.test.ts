import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hash as bcryptHash } from '@node-rs/bcrypt'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { PasswordHasherOptions } from '../passwords/password-hasher.ts'
import type { StoredHash } from '../passwords/read-stored-hash.ts'
import { userSourceContract } from '../testing/user-source-contract.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import { localUsers } from './local-users.ts'
import { openDatabase } from './open-database.ts'

const QUICK = { allowWeak: true, argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 } } as const

/** Users in a file, and a connection of the test's own to it. */
async function open(passwords: PasswordHasherOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-login-'))
  const file = join(folder, 'users.db')
  const database = openDatabase(`sqlite:${file}`)
  const hashes: StoredHash[] = []
  const users = localUsers(database, {
    passwords: { ...QUICK, onHash: (hash) => hashes.push(hash), ...passwords },
    passwordPolicy: 'none',
  })
  await users.ready?.()
  const raw = new DatabaseSync(file)
  return {
    users,
    raw,
    /** What was hashed since the last time this was asked. */
    hashed: () => hashes.splice(0),
    login: (username: string, password: string) =>
      users.authenticate(new LoginAttempt({ username, password }), new AbortController().signal),
    storedHash: () =>
      (raw.prepare('select password_hash from ostiary_user').get() as { password_hash: string }).password_hash,
    store: (hash: string) => void raw.prepare('update ostiary_user set password_hash = ?').run(hash),
    async close() {
      raw.close()
      await database.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function openForTest(passwords?: PasswordHasherOptions) {
  const opened = await open(passwords)
  onTestFinished(opened.close)
  return opened
}

userSourceContract('the local source', async () => {
  const { users, raw, close } = await open()
  const accepted = { username: 'Anna Müller', password: 'correct horse' }
  const { id } = await users.add({
    ...accepted,
    description: 'Runs the shop',
    roles: ['Editor', 'Viewer'],
    properties: { shop: { number: 7 } },
  })
  const blocked = { username: 'bert', password: 'battery staple' }
  const { id: blockedId } = await users.add(blocked)
  await users.disable('bert')
  return {
    source: users,
    accepted,
    expectedAccount: {
      id,
      name: 'Anna Müller',
      description: 'Runs the shop',
      roles: ['Editor', 'Viewer'],
      superuser: false,
      properties: { shop: { number: 7 } },
    },
    unknown: 'nobody',
    blocked: { ...blocked, id: blockedId },
    breakDown: async () => raw.exec('alter table ostiary_user rename to out_of_reach'),
    teardown: close,
  }
})

describe('a refusal costs exactly one hash with the parameters of new ones, whatever its reason:', () => {
  const refusals: [string, (opened: Awaited<ReturnType<typeof open>>) => Promise<[string, string]>, string][] = [
    ['an unknown user', async () => ['nobody', 'correct horse'], 'unknown'],
    ['a name that nobody can have', async () => ['a\0b', 'correct horse'], 'unknown'],
    ['a name without end', async () => ['x'.repeat(100_000), 'correct horse'], 'unknown'],
    ['a wrong password', async () => ['anna', 'wrong horse'], 'rejected'],
    ['an empty password', async () => ['anna', ''], 'rejected'],
    ['a password without end', async () => ['anna', 'x'.repeat(100_000)], 'rejected'],
    ['a password that is no text', async () => ['anna', '\ud800'], 'rejected'],
    ['the password of somebody else', async () => ['anna', 'battery staple'], 'rejected'],
    [
      'a disabled user with the right password',
      async ({ users }) => {
        await users.disable('anna')
        return ['anna', 'correct horse']
      },
      'blocked',
    ],
    [
      'a disabled user with a wrong password',
      async ({ users }) => {
        await users.disable('anna')
        return ['anna', 'wrong horse']
      },
      'blocked',
    ],
    [
      'a user without a password',
      async ({ users }) => {
        await users.add({ username: 'carl' })
        return ['carl', '']
      },
      'rejected',
    ],
    [
      'a stored hash that is damaged',
      async ({ store, storedHash }) => {
        // A length that no base64 has. A shorter hash that is whole would only be another one.
        store(storedHash().slice(0, -6))
        return ['anna', 'correct horse']
      },
      'blocked',
    ],
    [
      'a stored password that is no hash',
      async ({ store }) => {
        store('correct horse')
        return ['anna', 'correct horse']
      },
      'blocked',
    ],
    [
      'a stored hash over the ceiling of memory',
      async ({ store, storedHash }) => {
        store(storedHash().replace('m=8', 'm=4194304'))
        return ['anna', 'correct horse']
      },
      'blocked',
    ],
    [
      'a stored bcrypt hash over the ceiling of time',
      async ({ store }) => {
        store((await bcryptHash('correct horse', { cost: 4 })).replace('$04$', '$31$'))
        return ['anna', 'correct horse']
      },
      'blocked',
    ],
  ]

  test.each(refusals)('%s', async (_, prepare, outcome) => {
    const opened = await openForTest()
    await opened.users.add({ username: 'anna', password: 'correct horse' })
    const [username, password] = await prepare(opened)
    opened.hashed()
    const answer = await opened.login(username, password)
    expect(answer.outcome).toBe(outcome)
    expect(opened.hashed()).toMatchObject([{ algorithm: 'argon2id', memoryKiB: 8, iterations: 1, parallelism: 1 }])
    expect(JSON.stringify(answer)).not.toMatch(/correct horse|m=8|\$2b\$0/)
  })

  test('a right password costs one as well', async () => {
    const { users, hashed, login } = await openForTest()
    await users.add({ username: 'anna', password: 'correct horse' })
    hashed()
    expect(await login('anna', 'correct horse')).toMatchObject({ outcome: 'accepted' })
    expect(hashed()).toHaveLength(1)
  })

  test('verifyPassword of somebody without a password takes its time too', async () => {
    const { users, hashed } = await openForTest()
    await users.add({ username: 'carl' })
    expect(await users.verifyPassword('carl', 'correct horse')).toBe(false)
    expect(hashed()).toHaveLength(1)
  })
})

describe('an older hash is replaced at the next login with the right password:', () => {
  test('bcrypt, as other systems have it', async () => {
    const { users, hashed, login, store, storedHash } = await openForTest()
    await users.add({ username: 'anna' })
    store(await bcryptHash('correct horse', { cost: 4 }))
    expect(await login('anna', 'correct horse')).toMatchObject({ outcome: 'accepted' })
    expect(hashed().map(({ algorithm }) => algorithm)).toEqual(['bcrypt', 'argon2id'])
    const upgraded = storedHash()
    expect(upgraded).toMatch(/^\$argon2id\$/)

    expect(await login('anna', 'correct horse')).toMatchObject({ outcome: 'accepted' })
    expect(await login('anna', 'wrong horse')).toMatchObject({ outcome: 'rejected' })
    expect(storedHash()).toBe(upgraded)
  })

  test('argon2 that is weaker than new ones', async () => {
    const { users, login, store, storedHash } = await openForTest({
      argon2: { memoryKiB: 64, iterations: 2, parallelism: 1 },
    })
    await users.add({ username: 'anna' })
    store(await hashOf('correct horse'))
    expect(storedHash()).toContain('m=8,t=1')
    expect(await login('anna', 'correct horse')).toMatchObject({ outcome: 'accepted' })
    expect(storedHash()).toContain('m=64,t=2')
    expect(await login('anna', 'correct horse')).toMatchObject({ outcome: 'accepted' })
  })

  test('not with a wrong password', async () => {
    const { users, login, store, storedHash } = await openForTest()
    await users.add({ username: 'anna' })
    const old = await bcryptHash('correct horse', { cost: 4 })
    store(old)
    expect(await login('anna', 'wrong horse')).toMatchObject({ outcome: 'rejected' })
    expect(storedHash()).toBe(old)
  })

  test('and a password that was changed in the meantime stays changed', async () => {
    const newHash = await hashOf('battery staple')
    const opened = await openForTest({
      onHash(hash) {
        // The old hash has been verified, the new one is being computed: now somebody sets another password.
        if (hash.algorithm === 'argon2id') opened.store(newHash)
      },
    })
    await opened.users.add({ username: 'anna' })
    opened.store(await bcryptHash('correct horse', { cost: 4 }))
    await opened.login('anna', 'correct horse')
    expect(opened.storedHash()).toBe(newHash)
  })

  test('and if it cannot be, the login succeeds all the same, with a warning', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warned.mockRestore())
    const { users, login, store, storedHash, raw } = await openForTest()
    await users.add({ username: 'anna' })
    const old = await bcryptHash('correct horse', { cost: 4 })
    store(old)
    raw.exec(`create trigger no_change before update on ostiary_user begin select raise(abort, 'read only'); end`)
    expect(await login('anna', 'correct horse')).toMatchObject({ outcome: 'accepted' })
    expect(storedHash()).toBe(old)
    expect(warned.mock.calls).toEqual([
      [expect.stringContaining('read only'), { type: 'OstiaryWarning', code: 'OSTIARY_HASH_NOT_UPGRADED' }],
    ])
  })
})

async function hashOf(password: string): Promise<string> {
  const { users, storedHash, close } = await open()
  await users.add({ username: randomUUID(), password })
  const hash = storedHash()
  await close()
  return hash
}

test('what may change is looked up: roles, superuser, disabled, gone', async () => {
  const { users } = await openForTest()
  const { id } = await users.add({ username: 'anna', password: 'correct horse' })
  const lookup = () => users.lookup?.(id, new AbortController().signal)
  expect(await lookup()).toMatchObject({ outcome: 'accepted', account: { roles: [], superuser: false } })
  await users.setRoles('anna', ['Editor'])
  await users.setSuperuser('anna', true)
  expect(await lookup()).toMatchObject({ outcome: 'accepted', account: { roles: ['Editor'], superuser: true } })
  await users.disable('anna')
  expect(await lookup()).toEqual({ outcome: 'blocked', reason: 'disabled' })
  await users.delete('anna')
  expect(await lookup()).toEqual({ outcome: 'unknown' })
})

test('an attempt that is out of time waits no longer for its turn to be hashed', async () => {
  const { users, hashed, login } = await openForTest({ maxConcurrent: 1 })
  await users.add({ username: 'anna', password: 'correct horse' })
  hashed()
  const attempt = new LoginAttempt({ username: 'anna', password: 'correct horse' })
  await expect(users.authenticate(attempt, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
  expect(hashed()).toEqual([])
  expect(await login('anna', 'correct horse')).toMatchObject({ outcome: 'accepted' })
})
