import { afterAll, beforeAll, expect, test } from 'vitest'
import { PEOPLE } from './directory.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'
import { login, lookup, sourceOver } from './sign-in.ts'

const PASSWORD = 'seven-red-lanterns'
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')

function person(uid: string): string {
  const lines = [
    'objectClass: inetOrgPerson',
    `uid:: ${base64(uid)}`,
    'cn: x',
    'sn: x',
    `userPassword: ${PASSWORD}`,
    '',
  ]
  return [`dn:: ${base64(`uid=${uid},${PEOPLE}`)}`, ...lines].join('\n')
}

let server: OpenLdap
beforeAll(async () => {
  server = await openLdap({
    ldif: ['ΝΙΚΟΣ', 'İpek', 'ẞEN', 'Straße', 'Ꭰna', 'Jörn', 'ΑΛΈΞΗΣ', 'αλέξης'].map(person).join('\n'),
  })
})
afterAll(() => server?.remove())

test.each([
  ['ΝΙΚΟΣ', 'νικος'],
  ['İpek', 'i\u0307pek'],
  ['ẞEN', 'ßen'],
  ['Straße', 'straße'],
  ['Ꭰna', 'ꭰna'],
  ['Jörn', 'jörn'],
])('%s, whose small letters a directory may not know, signs in and is found as %s', async (uid, id) => {
  const source = sourceOver(server)
  expect(await login(source, uid, PASSWORD)).toMatchObject({ outcome: 'accepted', account: { id, name: uid } })
  expect(await lookup(source, id)).toMatchObject({ outcome: 'accepted', account: { id, name: uid } })
})

test('two people whose small letters are the same are both kept out', async () => {
  const source = sourceOver(server)
  for (const uid of ['ΑΛΈΞΗΣ', 'αλέξης'])
    expect(await login(source, uid, PASSWORD)).toMatchObject({ outcome: 'blocked' })
  expect(await lookup(source, 'αλέξης')).toMatchObject({ outcome: 'blocked' })
})
