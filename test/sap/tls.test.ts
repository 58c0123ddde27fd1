import { LoginAttempt } from 'ostiary'
import { sapSource } from 'ostiary/sap'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { type Certificate, makeCertificate } from './certificates.ts'
import { sendJson, startStub } from './stub-server.ts'

let good: Certificate
beforeAll(() => {
  good = makeCertificate()
})

async function signIn(certificate: Certificate, ca: string | undefined) {
  const stub = await startStub((_, response) => sendJson(response, { login: 'CLARA' }), { certificate })
  const source = sapSource({ url: stub.url, userPath: '/me', mapping: { name: 'login' }, ...(ca && { ca }) })
  const attempt = new LoginAttempt({ username: 'clara', password: 'seven-red-lanterns' })
  return { outcome: await source.authenticate(attempt, new AbortController().signal), stub }
}

test('a server with a certificate of the configured authority is trusted', async () => {
  const { outcome } = await signIn(good, good.ca)
  expect(outcome).toMatchObject({ outcome: 'accepted', account: { name: 'CLARA' } })
})

test('a server of which nobody knows the authority gets no password', async () => {
  const { outcome, stub } = await signIn(good, undefined)
  expect(outcome).toMatchObject({ outcome: 'unavailable', cause: { message: expect.stringMatching(/certificate/) } })
  expect(stub.requests).toEqual([])
})

test.each<[string, () => Certificate, RegExp]>([
  ['of another authority', () => ({ ...makeCertificate(), ca: good.ca }), /certificate/],
  ['that has expired', () => makeCertificate({ days: -1 }), /expired/],
  ['for another host', () => makeCertificate({ names: 'DNS:elsewhere.example' }), /altnames/],
])('a server with a certificate %s gets no password', async (_, make, cause) => {
  const certificate = make()
  const { outcome, stub } = await signIn(certificate, certificate.ca)
  expect(outcome).toMatchObject({ outcome: 'unavailable', cause: { message: expect.stringMatching(cause) } })
  expect(stub.requests).toEqual([])
})

test('the switch of Node that trusts every certificate changes nothing', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  // Node warns of it, which is expected here.
  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => {
    vi.unstubAllEnvs()
    warning.mockRestore()
  })
  expect((await signIn(good, undefined)).outcome).toMatchObject({ outcome: 'unavailable' })
})
