import { CookieTooLargeError, createAuth, defineRole } from 'ostiary'
import { localUsers, openDatabase } from 'ostiary/sql'
import { testRequest } from 'ostiary/testing'
import { describe, expect, onTestFinished, test } from 'vitest'

const PASSWORD = 'correct horse battery staple'

async function annaIn() {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  const users = localUsers(database)
  await users.add({ username: 'anna', description: 'Builder', properties: { room: '4' } })
  return users
}

test('a user is edited by any spelling of the name, and what is left out stays', async () => {
  const users = await annaIn()
  expect(await users.edit('ANNA', { description: 'Front desk' })).toMatchObject({
    username: 'anna',
    description: 'Front desk',
    properties: { room: '4' },
  })
  await users.edit('anna', { properties: { level: 3 } })
  expect(await users.get('anna')).toMatchObject({ description: 'Front desk', properties: { level: 3 } })
})

test('what no account can have is refused, and changes nothing', async () => {
  const users = await annaIn()
  for (const changes of [{ description: 7 }, { properties: [1] }, { properties: new Date() }]) {
    await expect(users.edit('anna', changes as never)).rejects.toThrow(TypeError)
  }
  await expect(users.edit('nobody', { description: 'x' })).rejects.toThrow('There is no user "nobody"')
  expect(await users.get('anna')).toMatchObject({ description: 'Builder', properties: { room: '4' } })
})

test('an edited user is in the audit, and live sessions have the new details', async () => {
  const users = await annaIn()
  const events: unknown[] = []
  const auth = createAuth({
    roles: [],
    sources: [users],
    sessions: { secret: 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A' },
    audit: { record: (event) => void events.push(event) },
  })
  onTestFinished(() => auth.close())
  await users.edit('anna', { description: 'Front desk' })
  expect(events).toMatchObject([{ type: 'user.changed', change: 'details', userName: 'anna' }])
})

test('edits at the same time of the description and of the properties both stay', async () => {
  const users = await annaIn()
  await Promise.all([
    users.edit('anna', { description: 'Front desk' }),
    users.edit('anna', { properties: { room: '5' } }),
  ])
  expect(await users.get('anna')).toMatchObject({ description: 'Front desk', properties: { room: '5' } })
})

test('a number that would become null is refused, and changes nothing', async () => {
  const users = await annaIn()
  const properties = { levels: [1, Number.POSITIVE_INFINITY] }
  await expect(users.edit('anna', { properties })).rejects.toThrow(TypeError)
  await expect(users.add({ username: 'bob', properties })).rejects.toThrow(TypeError)
  expect(await users.transfer?.importUsers([{ username: 'bob', properties }])).toMatchObject([
    { outcome: 'rejected', reason: 'its properties hold a number that is none, or too large' },
  ])
  expect([(await users.get('anna'))?.properties, await users.get('bob')]).toEqual([{ room: '4' }, undefined])
})

describe('a user who would not fit into the session cookie', () => {
  const long = 'x'.repeat(3000)
  const roleNames = Array.from({ length: 40 }, (_, index) => `${'r'.repeat(80)}${index}`)

  async function withAuth() {
    const users = await annaIn()
    const auth = createAuth({
      roles: roleNames.map((name) => defineRole({ name, description: name, permissions: [] })),
      sources: [users],
      // Why: the length is known before a secret is read.
      sessions: { secret: async () => 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A' },
    })
    onTestFinished(() => auth.close())
    return users
  }

  test('is refused when edited, added or given roles, and nothing is changed', async () => {
    const users = await withAuth()
    const before = await users.get('anna')
    const tooLarge = /would have \d{4} bytes, and browsers drop cookies over 4096. Give accounts a shorter description/
    await expect(users.edit('anna', { description: long })).rejects.toThrow(tooLarge)
    await expect(users.edit('anna', { properties: { long } })).rejects.toThrow(CookieTooLargeError)
    await expect(users.setRoles('anna', roleNames)).rejects.toThrow(CookieTooLargeError)
    await expect(users.add({ username: 'bob', description: long })).rejects.toThrow(CookieTooLargeError)
    expect([await users.get('anna'), await users.get('bob')]).toEqual([before, undefined])
  })

  test('is rejected by an import, and no other is', async () => {
    const users = await withAuth()
    const people = [
      { username: 'bob', description: long },
      { username: 'anna', properties: { long } },
      { username: 'carl', description: 'Front desk' },
    ]
    const reason = expect.stringContaining('browsers drop cookies')
    expect(await users.transfer?.importUsers(people, { whenDifferent: 'update' })).toEqual([
      { outcome: 'rejected', reason },
      { outcome: 'rejected', reason },
      { outcome: 'added' },
    ])
    expect([(await users.get('anna'))?.properties, await users.get('bob')]).toEqual([{ room: '4' }, undefined])
  })

  test('still loses roles and rights', async () => {
    const users = await annaIn()
    await users.edit('anna', { description: long })
    await users.setRoles('anna', ['a', 'b'])
    users.join({
      roleNames: 'any',
      accountChanged: async () => {},
      assertFits: () => {
        throw new CookieTooLargeError('too large')
      },
    })
    await users.setRoles('anna', ['a'])
    const update = { whenDifferent: 'update' } as const
    const lost = [{ username: 'anna', roles: [], disabled: true }]
    expect(await users.transfer?.importUsers(lost, update)).toEqual([{ outcome: 'updated' }])
    expect(await users.get('anna')).toMatchObject({ roles: [], disabled: true })
  })

  test('signs in when the account just fits', async () => {
    const users = await annaIn()
    await users.setPassword('anna', PASSWORD)
    const auth = createAuth({
      roles: [],
      sources: [users],
      sessions: { secret: 'k7Qw9ZrT2mXb5Lc8Vn3Ys6Hd1Gf4Jp0A' },
    })
    onTestFinished(() => auth.close())
    const fits = (length: number) =>
      users.edit('anna', { description: 'x'.repeat(length) }).then(
        () => true,
        () => false,
      )
    let [most, tooMany] = [0, 4096]
    while (tooMany - most > 1) {
      const middle = (most + tooMany) >> 1
      if (await fits(middle)) most = middle
      else tooMany = middle
    }
    expect(await fits(most)).toBe(true)
    const fields = { username: 'anna', password: PASSWORD }
    const signedIn = await auth.signIn({ ...fields, persistent: false, next: undefined, fields }, testRequest(), null)
    expect(signedIn.outcome).toBe('signed-in')
    expect(most).toBeGreaterThan(2400)
  })
})
