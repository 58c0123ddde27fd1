import { afterAll, beforeAll, expect, test } from 'vitest'
import { BASE, passwordOf, SERVICE } from '../ldap/directory.ts'
import { type OpenLdap, openLdap } from '../ldap/open-ldap.ts'
import { postLogin, startExample } from './example-process.ts'

let server: OpenLdap
beforeAll(async () => {
  server = await openLdap()
})
afterAll(() => server?.remove())

test('the LDAP example gives people of a directory the roles of their groups', async () => {
  const { origin, ask, signIn } = await startExample('ldap/server.ts', {
    LDAP_URL: server.ldaps,
    LDAP_BASE: BASE,
    LDAP_BIND_DN: SERVICE.dn,
    LDAP_BIND_PASSWORD: SERVICE.password,
    LDAP_CA_FILE: server.caFile,
  })
  const publish = (headers: { cookie: string }) => ask('/articles', { method: 'POST', headers })

  // Alice is an editor, since the group of the staff is in the group of the editors. Bob is an administrator, too.
  const [alice, bob, carol] = [
    await signIn('alice', passwordOf('alice')),
    await signIn('bob', passwordOf('bob')),
    await signIn('carol', passwordOf('carol')),
  ]
  expect(await publish(alice)).toEqual({ status: 200, body: { publishedBy: 'alice@example.org' } })
  expect((await ask('/settings', { headers: alice })).status).toBe(403)
  expect((await ask('/settings', { headers: bob })).status).toBe(200)
  expect((await publish(carol)).status).toBe(403)

  expect((await postLogin(origin, 'alice', 'of somebody else')).status).toBe(401)
  expect((await postLogin(origin, 'locked', passwordOf('locked'))).status).toBe(401)
})
