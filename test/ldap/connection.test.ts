import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openConnection } from '../../src/ldap/connection.ts'
import { readEndpoints } from '../../src/ldap/endpoint.ts'
import { openFaultyProxy } from '../servers/faulty-proxy.ts'
import { BASE, dnOf, passwordOf, SERVICE } from './directory.ts'
import { type OpenLdap, openLdap } from './open-ldap.ts'

let server: OpenLdap
beforeAll(async () => {
  // Takes a bind without a password for an anonymous one, which succeeds.
  server = await openLdap({ global: ['allow bind_anon_dn'] })
})
afterAll(() => server?.remove())

const NEVER = new AbortController().signal
const TIMEOUTS = { connect: 2000, answer: 2000 }
const EVERYTHING = { base: BASE, scope: 'base', filter: '(objectClass=*)', attributes: ['dc'] } as const

async function open(port: number) {
  const [endpoint] = readEndpoints({ url: `ldap://127.0.0.1:${port}`, base: BASE, bind: SERVICE })
  if (!endpoint) throw new Error('no endpoint')
  const connection = await openConnection(endpoint, TIMEOUTS, NEVER)
  onTestFinished(() => connection.close())
  return connection
}

test('a connection that was lost is not replaced behind our back by one on which nobody has signed in', async () => {
  const proxy = await openFaultyProxy(server.port)
  const connection = await open(proxy.port)
  await connection.bind(SERVICE.dn, SERVICE.password, NEVER)
  expect(await connection.search(EVERYTHING, NEVER)).toHaveLength(1)
  proxy.cut()
  while (connection.isOpen) await sleep(5)
  await expect(connection.search(EVERYTHING, NEVER)).rejects.toThrow(/lost/)
  await expect(connection.bind(SERVICE.dn, SERVICE.password, NEVER)).rejects.toThrow(/lost/)
  expect(proxy.connections()).toBe(1)
})

test('a connection on which something failed is closed for good', async () => {
  const connection = await open(server.port)
  await expect(connection.bind(SERVICE.dn, 'wrong', NEVER)).rejects.toMatchObject({ code: 49 })
  await expect(connection.bind(SERVICE.dn, SERVICE.password, NEVER)).rejects.toThrow(/lost/)
})

test.each([
  ['no password', dnOf('bob'), ''],
  ['a NUL in the password', dnOf('bob'), `${passwordOf('bob')}\0`],
  ['no name', '', passwordOf('bob')],
  ['a word that means a SASL mechanism', 'EXTERNAL', passwordOf('bob')],
])('a bind with %s does not reach the wire', async (_, dn, password) => {
  const connection = await open(server.port)
  await expect(connection.bind(dn, password, NEVER)).rejects.toThrow(/A bind needs/)
  expect(connection.isOpen).toBe(true)
})

test('a server that speaks another language is no answer', async () => {
  const stranger = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(20)))
  })
  onTestFinished(() => void stranger.close())
  stranger.listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  const address = stranger.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const connection = await open(address.port)
  await expect(connection.bind(SERVICE.dn, SERVICE.password, NEVER)).rejects.toThrow()
  expect(connection.isOpen).toBe(false)
})
