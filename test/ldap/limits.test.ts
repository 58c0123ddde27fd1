import { createServer } from 'node:net'
import { ldapSource } from 'ostiary/ldap'
import { expect, onTestFinished, test } from 'vitest'
import { BASE, GROUPS, passwordOf, SERVICE } from './directory.ts'
import { openLdap } from './open-ldap.ts'
import { login, lookup, sourceOver } from './sign-in.ts'

test('a directory that forbids paged results is asked without them', async () => {
  const strict = await openLdap({ database: ['limits users size.prtotal=disabled'] })
  onTestFinished(() => strict.remove())
  for (const options of [{}, { connections: 1 }, { bind: { template: `uid={username},ou=people,${BASE}` } }]) {
    const ldap = sourceOver(strict, options)
    for (let time = 0; time < 2; time++)
      expect(await login(ldap, 'bob')).toMatchObject({ account: { roles: ['Staff', 'Editor', 'Admin'] } })
    if (ldap.lookup) expect(await lookup(ldap, 'bob')).toMatchObject({ outcome: 'accepted' })
  }
})

test('more groups than a directory without pages tells are an outage, rather than half of the roles', async () => {
  const strict = await openLdap({ database: ['limits users size.prtotal=disabled size=3'] })
  onTestFinished(() => strict.remove())
  const filter = '(objectClass=groupOfNames)'
  const ldap = sourceOver(strict, { groups: { by: 'search', filter, base: GROUPS, nested: false } })
  expect(await login(ldap, 'bob')).toMatchObject({
    outcome: 'unavailable',
    cause: { message: expect.stringMatching(/SizeLimitExceeded/) },
  })
})

test('an answer without end is cut off', async () => {
  let sent = 0
  // A search result entry whose length says that 2 GB follow (RFC 4511, section 4.5.2).
  const endless = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (bind) => {
      socket.write(Buffer.from(`300c0201${bind.toString('hex', 4, 5)}61070a010004000400`, 'hex'))
      socket.once('data', () => {
        socket.write(Buffer.from('30847fffffff0201', 'hex'))
        const more = () => {
          while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) sent += 65_536
        }
        socket.on('drain', more)
        more()
      })
    })
  })
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void endless.close())
  const address = endless.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const source = ldapSource({ url: `ldap://127.0.0.1:${address.port}`, base: BASE, bind: SERVICE, timeout: '60s' })
  onTestFinished(() => source.close?.())
  expect(await login(source, 'alice', passwordOf('alice'))).toMatchObject({
    outcome: 'unavailable',
    cause: { message: expect.stringMatching(/longer than 4194304 bytes/) },
  })
  expect(sent).toBeLessThan(100_000_000)
})
