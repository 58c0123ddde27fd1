import { expect, test } from 'vitest'
import { inChunks } from '../../../test/moving-in/in-chunks.ts'
import { readHtpasswd } from './htpasswd.ts'

const BCRYPT = '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku'
const read = async (text: string) => Array.fromAsync(readHtpasswd(inChunks(text)))

test.for([
  ['an expiry, as in /etc/shadow', `anna:${BCRYPT}:19700:0:99999:7::19800:`],
  ["Dovecot's nologin", `anna:${BCRYPT}::::::nologin=y`],
  ['a comment', `anna:${BCRYPT}:left the company`],
] as const)('a line with %s behind the hash is rejected, and the hash is not told', async ([, line]) => {
  const [rejected, bob] = await read(`${line}\nbob:${BCRYPT}\n`)
  expect(rejected).toEqual({ at: 1, reason: expect.stringMatching(/^there is more behind the hash/) })
  expect(JSON.stringify(rejected)).not.toContain('OQHX')
  expect(bob).toEqual({ at: 2, user: { username: 'bob', passwordHash: BCRYPT } })
})

test('empty fields behind the hash say nothing', async () => {
  expect(await read(`anna:${BCRYPT}::: \n`)).toEqual([{ at: 1, user: { username: 'anna', passwordHash: BCRYPT } }])
})
