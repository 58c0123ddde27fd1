import { expect, test } from 'vitest'
import { warnings } from '../../test/application/open-auth.ts'
import { createProxySuspicion } from './untrusted-proxy.ts'

const request = (clientAddress: string, headers = { 'x-forwarded-for': '192.0.2.7' } as Record<string, string>) => ({
  method: 'POST',
  path: '/auth/login',
  headers,
  clientAddress,
})

test.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '::1', '::ffff:10.0.0.1', 'fd00::1'])(
  'a client at %s that acts on behalf of others is suspected once',
  (address) => {
    const warned = warnings()
    const suspect = createProxySuspicion()
    suspect(request(address))
    suspect(request(address))
    expect(warned.map(([, { code }]) => code)).toEqual(['OSTIARY_UNTRUSTED_PROXY'])
  },
)

test.each([
  ['somebody elsewhere who writes the header', request('198.51.100.1')],
  ['somebody elsewhere, by IPv6', request('2001:db8::1')],
  ['somebody near who does not write it', request('10.0.0.1', {})],
  ['nobody knows who', request('')],
])('%s is no such proxy', (_, given) => {
  const warned = warnings()
  createProxySuspicion()(given)
  expect(warned).toEqual([])
})
