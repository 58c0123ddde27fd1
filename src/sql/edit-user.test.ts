import { createAuth } from 'ostiary'
import { localUsers, openDatabase } from 'ostiary/sql'
import { expect, onTestFinished, test } from 'vitest'

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
