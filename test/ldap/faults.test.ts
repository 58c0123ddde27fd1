import { inspect } from 'node:util'
import type { LdapSourceOptions } from 'ostiary/ldap'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Behaviour, openFaultyProxy } from '../servers/faulty-proxy.ts'
import { makeCertificate } from './certificates.ts'
import { BASE, PEOPLE, passwordOf, SERVICE } from './directory.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'
import { login, lookup, sourceOver } from './sign-in.ts'

let server: OpenLdap
beforeAll(async () => {
  server = await openLdap()
})
afterAll(() => server?.remove())

const IMPATIENT = { timeout: '200ms', connectTimeout: '200ms' } as const

describe('a fault on the wire is an outage, for right and wrong passwords and unknown names, and it is over when it is over', () => {
  const faults: Behaviour[] = ['silent', 'reset', 'half', 'hangUp']
  const binds: [string, Partial<LdapSourceOptions>][] = [
    ['a service account', {}],
    ['people who bind by themselves', { bind: { template: `uid={username},${PEOPLE}` } }],
  ]
  const wires: [string, (port: number) => Partial<LdapSourceOptions>][] = [
    ['LDAPS', (port) => ({ url: `ldaps://127.0.0.1:${port}` })],
    ['StartTLS', (port) => ({ url: `ldap://127.0.0.1:${port}`, tls: { caFile: server.caFile, startTls: true } })],
    ['plain text', (port) => ({ url: `ldap://127.0.0.1:${port}`, tls: {} })],
  ]
  const rows = faults.flatMap((fault) =>
    binds.flatMap((bind) => wires.map((wire) => [fault, ...bind, ...wire] as const)),
  )

  test.each(rows)('%s, with %s, %s', async (fault, bindName, bind, wireName, wire) => {
    const proxy = await openFaultyProxy(wireName === 'LDAPS' ? server.tlsPort : server.port)
    const source = sourceOver(server, { ...IMPATIENT, ...wire(proxy.port), ...bind })
    expect(await login(source, 'bob'), bindName).toMatchObject({ outcome: 'accepted' })
    proxy.behave(fault)
    // Once on connections that rest in the pool, once without.
    for (const cut of [false, true]) {
      if (cut) proxy.cut()
      expect(await login(source, 'bob')).toMatchObject({ outcome: 'unavailable' })
      expect(await login(source, 'bob', 'wrong')).toMatchObject({ outcome: 'unavailable' })
      expect(await login(source, 'nobody')).toMatchObject({ outcome: 'unavailable' })
      if (source.lookup) expect(await lookup(source, 'bob')).toMatchObject({ outcome: 'unavailable' })
    }
    proxy.behave('pass')
    expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
  })
})

test('while no new connection is to be had, an unknown name looks like a wrong password', async () => {
  const proxy = await openFaultyProxy(server.port)
  const source = sourceOver(server, { url: `ldap://127.0.0.1:${proxy.port}` })
  expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
  proxy.behave('full')
  for (const username of ['bob', 'nobody', 'twin'])
    expect(await login(source, username, 'wrong'), username).toMatchObject({ outcome: 'unavailable' })
})

describe('connections that rest', () => {
  test('one that was cut is replaced by one on which the service account has signed in', async () => {
    const proxy = await openFaultyProxy(server.port)
    const source = sourceOver(server, { url: `ldap://127.0.0.1:${proxy.port}` })
    for (let round = 0; round < 3; round++) {
      // On this server nobody finds anything without having signed in.
      expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
      proxy.cut()
    }
  })

  test('one is used again rather than another made', async () => {
    const proxy = await openFaultyProxy(server.port)
    const source = sourceOver(server, { url: `ldap://127.0.0.1:${proxy.port}` })
    for (let round = 0; round < 5; round++) await lookup(source, 'bob')
    expect(proxy.connections()).toBe(1)
  })

  test('there are never more than allowed, and everybody has a turn', async () => {
    const proxy = await openFaultyProxy(server.port)
    const source = sourceOver(server, { url: `ldap://127.0.0.1:${proxy.port}`, connections: 2 })
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => lookup(source, 'bob')))
    expect(outcomes.every((outcome) => outcome?.outcome === 'accepted')).toBe(true)
    expect(proxy.connections()).toBe(2)
  })

  test('whoever waits for a turn may give up, and takes nobody’s', async () => {
    const proxy = await openFaultyProxy(server.port)
    const source = sourceOver(server, { url: `ldap://127.0.0.1:${proxy.port}`, connections: 1 })
    proxy.behave('silent')
    const first = login(source, 'bob', undefined, AbortSignal.timeout(300))
    const second = login(source, 'bob', undefined, AbortSignal.timeout(100))
    expect(await second).toMatchObject({ outcome: 'unavailable' })
    expect(await first).toMatchObject({ outcome: 'unavailable' })
    proxy.behave('pass')
    expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
  })
})

test('a login whose time is up leaves no connection behind', async () => {
  const proxy = await openFaultyProxy(server.port)
  const source = sourceOver(server, { url: `ldap://127.0.0.1:${proxy.port}` })
  proxy.behave('silent')
  expect(await login(source, 'bob', undefined, AbortSignal.timeout(100))).toMatchObject({ outcome: 'unavailable' })
  expect(await login(source, 'bob', undefined, AbortSignal.abort(new Error('too late')))).toMatchObject({
    outcome: 'unavailable',
  })
})

describe('a server whose certificate is not to be trusted is an outage', () => {
  test.each([['LDAPS'], ['StartTLS']])('another authority signed it, %s', async (wire) => {
    const { ca } = makeCertificate(server.folder, 'stranger')
    const tls = { caFile: ca, startTls: wire === 'StartTLS' }
    const source = sourceOver(server, { url: wire === 'StartTLS' ? server.ldap : server.ldaps, tls })
    expect(await login(source, 'bob')).toMatchObject({ outcome: 'unavailable' })
  })

  test.each([['LDAPS'], ['StartTLS']])('nobody that Node trusts signed it, %s', async (wire) => {
    const isStartTls = wire === 'StartTLS'
    const source = sourceOver(server, { url: isStartTls ? server.ldap : server.ldaps, tls: { startTls: isStartTls } })
    expect(await login(source, 'bob')).toMatchObject({ outcome: 'unavailable' })
  })

  test.each([['LDAPS'], ['StartTLS']])('it is for another name, %s', async (wire) => {
    const tls = { caFile: server.caFile, startTls: wire === 'StartTLS', serverName: 'ldap.example.org' }
    const source = sourceOver(server, { url: wire === 'StartTLS' ? server.ldap : server.ldaps, tls })
    expect(await login(source, 'bob')).toMatchObject({ outcome: 'unavailable' })
  })

  test('it has expired', async () => {
    const expired = await openLdap({ certificateDays: -1 })
    onTestFinished(() => expired.remove())
    const outcome = await login(sourceOver(expired), 'bob')
    expect(outcome).toMatchObject({ outcome: 'unavailable', cause: { message: expect.stringContaining('expired') } })
  })
})

test('a server that ends and comes back is an outage in between', async () => {
  const own = await openLdap()
  onTestFinished(() => own.remove())
  const source = sourceOver(own)
  expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
  await own.stop()
  const outcome = await login(source, 'bob')
  expect(outcome).toMatchObject({ outcome: 'unavailable', cause: { message: expect.stringContaining('ECONNREFUSED') } })
  await own.start()
  expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
})

describe('several servers', () => {
  test('are tried in their order, and one that failed is left alone for a while', async () => {
    const proxy = await openFaultyProxy(server.tlsPort)
    proxy.behave('hangUp')
    let now = Date.now()
    const source = sourceOver(server, { url: [`ldaps://127.0.0.1:${proxy.port}`, server.ldaps], clock: () => now })
    expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
    const afterFirst = proxy.connections()
    expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
    expect(proxy.connections()).toBe(afterFirst)
    proxy.behave('pass')
    now += 60_000
    expect(await login(source, 'bob')).toMatchObject({ outcome: 'accepted' })
    expect(proxy.connections()).toBeGreaterThan(afterFirst)
  })

  test('a wrong password on one is not tried on the next', async () => {
    const proxy = await openFaultyProxy(server.tlsPort)
    const source = sourceOver(server, { url: [server.ldaps, `ldaps://127.0.0.1:${proxy.port}`] })
    expect(await login(source, 'bob', 'wrong')).toMatchObject({ outcome: 'rejected' })
    expect(proxy.connections()).toBe(0)
  })

  test('all down is an outage, which names them all', async () => {
    const url = ['ldaps://127.0.0.1:1', 'ldaps://127.0.0.1:2']
    expect(await login(sourceOver(server, { url }), 'bob')).toMatchObject({
      outcome: 'unavailable',
      cause: { message: expect.stringMatching(/127\.0\.0\.1:1: .*; .*127\.0\.0\.1:2: /) },
    })
  })
})

describe('a directory that is set up wrongly is an outage, never a wrong password', () => {
  test.each<[string, Partial<LdapSourceOptions>, RegExp]>([
    [
      'the service account has another password',
      { bind: { ...SERVICE, password: 'wrong' } },
      /service account cannot sign in/,
    ],
    [
      'there is no such service account',
      { bind: { dn: `cn=gone,${BASE}`, password: 'x' } },
      /service account cannot sign in/,
    ],
    ['the base does not exist', { base: 'dc=example,dc=com' }, /32 NoSuchObject/],
    ['the base is a referral, which is not followed', { base: `ou=elsewhere,${BASE}` }, /\b10\b/],
    ['the filter is none', { userFilter: '(uid={username}' }, /[Uu]nbalanced/],
    [
      'the base of groups does not exist',
      { groups: { by: 'search', filter: '(member={dn})', base: 'dc=no' } },
      /below dc=no: .*32/,
    ],
    [
      'more groups than the server tells',
      { groups: { by: 'search', filter: '(objectClass=*)' } },
      /4 SizeLimitExceeded/,
    ],
  ])('%s', async (_, options, message) => {
    const source = sourceOver(server, options)
    expect(await login(source, 'bob')).toMatchObject({
      outcome: 'unavailable',
      cause: { message: expect.stringMatching(message) },
    })
  })

  test('a filter that is none stops the start', async () => {
    await expect(sourceOver(server, { userFilter: '(uid={username}' }).ready?.()).rejects.toThrow(/is no filter/)
  })

  test('a directory that is down does not', async () => {
    await expect(sourceOver(server, { url: 'ldaps://127.0.0.1:1' }).ready?.()).resolves.toBeUndefined()
  })
})

test('nothing of a password is in what an outage says', async () => {
  const source = sourceOver(server, {
    bind: { ...SERVICE, password: 'not-to-be-told' },
    url: [server.ldaps, 'ldaps://127.0.0.1:1'],
  })
  const outcome = await login(source, 'bob')
  expect(inspect(outcome, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toMatch(
    new RegExp(`not-to-be-told|${passwordOf('bob')}`),
  )
})
