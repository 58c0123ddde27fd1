import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LoginAttempt } from 'ostiary'
import { localUsers, openDatabase } from 'ostiary/sql'
import { afterAll, expect, test } from 'vitest'
import { HASHES_OF_OTHERS } from './hashes-of-others.ts'

const { moveIn, storedHash, login, close } = await open()
afterAll(close)

test.each(HASHES_OF_OTHERS)(
  'who moves in with the hash of $by signs in with the old password, and has argon2id from then on',
  async ({ hash, password }) => {
    const username = await moveIn(hash)
    expect(await login(username, `${password}!`)).toBe('rejected')
    expect(storedHash(username)).toBe(hash)

    expect(await login(username, password)).toBe('accepted')
    const upgraded = storedHash(username)
    expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/)

    expect(await login(username, password)).toBe('accepted')
    expect(await login(username, `${password}!`)).toBe('rejected')
    expect(storedHash(username)).toBe(upgraded)
  },
)

test('before the first login one spelling of a password is right, and after it every one', async () => {
  const username = await moveIn('{SHA}9kl1HW4btG+MhqjgMAI3wz3wcHQ=')
  const decomposed = 'Grüße'.normalize('NFD')
  expect(await login(username, decomposed)).toBe('rejected')
  expect(await login(username, 'Grüße')).toBe('accepted')
  expect(await login(username, decomposed)).toBe('accepted')
})

/** Local users, and a second connection to their database that writes hashes as an import would. */
async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'ostiary-moving-in-'))
  const file = join(folder, 'users.db')
  const database = openDatabase(`sqlite:${file}`)
  const argon2 = { memoryKiB: 8, iterations: 1, parallelism: 1 }
  const users = localUsers(database, { passwords: { allowWeak: true, argon2 }, passwordPolicy: 'none' })
  await users.ready?.()
  const raw = new DatabaseSync(file)
  let count = 0
  return {
    async moveIn(hash: string): Promise<string> {
      count += 1
      const username = `anna${count}`
      await users.add({ username })
      raw.prepare('update ostiary_user set password_hash = ? where username = ?').run(hash, username)
      return username
    },
    storedHash: (username: string) =>
      raw.prepare('select password_hash from ostiary_user where username = ?').get(username)?.password_hash,
    async login(username: string, password: string) {
      const attempt = new LoginAttempt({ username, password })
      return (await users.authenticate(attempt, new AbortController().signal)).outcome
    },
    async close() {
      raw.close()
      await database.close()
      await rm(folder, { recursive: true })
    },
  }
}
