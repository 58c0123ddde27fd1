import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { createKeyring, generateSecret } from './keyring.ts'
import { seal, unseal } from './seal.ts'

// jose is the independent judge of the format: RFC 7516 is what both of us have in common, and nothing else.

const keyring = createKeyring([generateSecret()], { application: 'app', purpose: 'session' })
const { id, key } = keyring.current
const TEXTS = ['', 'a', '{"user":"anna"}', 'ä€😀', 'x'.repeat(2000)]

const sealWithJose = (text: string, header: { alg: string; enc: string }) =>
  new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader(header).encrypt(key)

describe.each(TEXTS)('%j', (text) => {
  test('jose decrypts what we seal', async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(seal(keyring, text), key)
    expect(new TextDecoder().decode(plaintext)).toBe(text)
    expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM', kid: id })
  })

  test('we unseal what jose encrypts', async () => {
    const token = await sealWithJose(text, { alg: 'dir', enc: 'A256GCM', kid: id } as { alg: string; enc: string })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'dir', enc: 'A256GCM', kid: id })
    expect(unseal(keyring, token)).toBe(text)
  })
})

test('a valid token whose header is in another order is not ours', async () => {
  expect(unseal(keyring, await sealWithJose('text', { kid: id, alg: 'dir', enc: 'A256GCM' } as never))).toBeUndefined()
})

test('a valid token without the id of its key is not ours', async () => {
  expect(unseal(keyring, await sealWithJose('text', { alg: 'dir', enc: 'A256GCM' }))).toBeUndefined()
})

test('jose refuses what we would refuse: a changed tag', async () => {
  const token = seal(keyring, 'text')
  const changed = token.slice(0, -22) + (token.at(-22) === 'A' ? 'B' : 'A') + token.slice(-21)
  await expect(compactDecrypt(changed, key)).rejects.toThrow()
  expect(unseal(keyring, changed)).toBeUndefined()
})
