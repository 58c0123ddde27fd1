import { afterEach, expect, test } from 'vitest'
import { countCalls } from '../../test/count-calls.ts'
import { createKeyring, generateSecret } from '../sealing/keyring.ts'
import { seal, unseal } from '../sealing/seal.ts'

const decryptions = countCalls('createDecipheriv')
const PURPOSE = { application: 'accountEvents', purpose: 'session' }
const secrets = Array.from({ length: 5 }, generateSecret)
const ring = createKeyring(secrets, PURPOSE)

afterEach(() => decryptions.mockClear())

test.each(secrets.map((_, index) => index))('key %d of the ring unseals with one decryption', (index) => {
  const sealed = seal(createKeyring([secrets[index] ?? ''], PURPOSE), 'text')
  expect(unseal(ring, sealed)).toBe('text')
  expect(decryptions).toHaveBeenCalledTimes(1)
})

const foreign = createKeyring([generateSecret()], PURPOSE)
const [, ...body] = seal(ring, 'text').split('.')

test.each([
  ['a kid that nobody knows', seal(foreign, 'text')],
  ['a kid that nobody knows, over what our key sealed', [foreign.current.header, ...body].join('.')],
  ['no kid', [Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url'), ...body].join('.')],
  [
    'our kid in another header',
    [Buffer.from(`{"kid":"${ring.current.id}","alg":"dir","enc":"A256GCM"}`).toString('base64url'), ...body].join('.'),
  ],
])('%s is refused without any decryption', (_, sealed) => {
  expect(unseal(ring, sealed)).toBeUndefined()
  expect(decryptions).not.toHaveBeenCalled()
})
