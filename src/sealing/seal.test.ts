import { createCipheriv, type KeyObject, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKeyring, generateSecret, type SealingKey } from './keyring.ts'
import { seal, unseal } from './seal.ts'

const PURPOSE = { application: 'app', purpose: 'session' }
const secret = generateSecret()
const keyring = createKeyring([secret], PURPOSE)
// Lengths that leave 0, 1 and 2 bytes over in base64url, so that every kind of slack bit is met.
const TEXTS = ['', 'a', 'ab', 'abc', '{"user":"anna"}', 'ä€😀 umlauts and more']
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const parts = (token: string) => token.split('.') as [string, string, string, string, string]
const header = (object: object) => Buffer.from(JSON.stringify(object)).toString('base64url')

/** Seals with node:crypto, as somebody who has the key but goes about it in another way. */
function sealWith(key: SealingKey | { key: KeyObject; header: string }, text: string, tagBytes = 16): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key.key, iv, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(key.header, 'ascii'))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [key.header, '', ...[iv, ciphertext, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'))].join(
    '.',
  )
}

test.each(TEXTS)('what was sealed is unsealed: %j', (text) => {
  expect(unseal(keyring, seal(keyring, text))).toBe(text)
})

test('whatever text it is, it comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      (text) => unseal(keyring, seal(keyring, text)) === text,
    ),
  )
})

test('the same text is never sealed to the same token', () => {
  const tokens = Array.from({ length: 1000 }, () => parts(seal(keyring, 'same'))[2])
  expect(new Set(tokens).size).toBe(1000)
})

test('the way of sealing in these tests is the real one, with a tag of 16 bytes', () => {
  expect(unseal(keyring, sealWith(keyring.current, 'real', 16))).toBe('real')
})

describe('a token that was tampered with is refused', () => {
  test.each(TEXTS)('a flipped bit at any byte of the token: %j', (text) => {
    const token = seal(keyring, text)
    for (let index = 0; index < token.length; index += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const bytes = Buffer.from(token, 'latin1')
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit)
        expect(unseal(keyring, bytes.toString('latin1')), `byte ${index}, bit ${bit}`).toBeUndefined()
      }
    }
  })

  test.each(TEXTS)('a flipped bit at any byte of what the token encodes: %j', (text) => {
    const token = parts(seal(keyring, text))
    for (const which of [0, 2, 3, 4] as const) {
      const bytes = Buffer.from(token[which], 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const changed = token.with(which, flipped.toString('base64url')).join('.')
        expect(unseal(keyring, changed), `part ${which}, bit ${bit}`).toBeUndefined()
      }
    }
  })

  test.each(TEXTS)('any other character at any position, the slack bits of the last ones included: %j', (text) => {
    const token = seal(keyring, text)
    for (let index = 0; index < token.length; index += 1) {
      for (const character of `${BASE64URL}+/=. `) {
        if (character === token[index]) continue
        const changed = token.slice(0, index) + character + token.slice(index + 1)
        expect(unseal(keyring, changed), `${character} at ${index}`).toBeUndefined()
      }
    }
  })

  test.each(TEXTS)('cut off at any length, at either end: %j', (text) => {
    const token = seal(keyring, text)
    for (let length = 0; length < token.length; length += 1) {
      expect(unseal(keyring, token.slice(0, length)), `first ${length}`).toBeUndefined()
      expect(unseal(keyring, token.slice(token.length - length)), `last ${length}`).toBeUndefined()
    }
  })

  test('parts of two tokens of the same key, put together', () => {
    const [one, other] = [parts(seal(keyring, 'one text')), parts(seal(keyring, 'another1'))]
    for (const which of [2, 3, 4] as const) {
      expect(unseal(keyring, one.with(which, other[which]).join('.'))).toBeUndefined()
    }
  })

  // Node accepts short tags unless told otherwise, and a tag of four bytes can be guessed.
  test.each([4, 8, 12, 13, 14, 15])('a tag of %i bytes, made with the right key', (tagBytes) => {
    expect(unseal(keyring, sealWith(keyring.current, 'text', tagBytes))).toBeUndefined()
  })

  test.each([0, 4, 8, 12, 15, 17, 32])('the right tag, cut or padded to %i bytes', (length) => {
    const token = parts(seal(keyring, 'text'))
    const tag = Buffer.concat([Buffer.from(token[4], 'base64url'), Buffer.alloc(16)]).subarray(0, length)
    expect(unseal(keyring, token.with(4, tag.toString('base64url')).join('.'))).toBeUndefined()
  })

  test.each([0, 1, 8, 11, 13, 16])('an initialisation vector of %i bytes', (length) => {
    const token = parts(seal(keyring, 'text'))
    expect(unseal(keyring, token.with(2, randomBytes(length).toString('base64url')).join('.'))).toBeUndefined()
  })
})

describe('a token that is not written as we write it is refused', () => {
  const token = seal(keyring, '{"user":"anna"}')
  const [head, , iv, ciphertext, tag] = parts(token)
  const { id, key } = keyring.current
  const others: Record<string, string> = {
    empty: '',
    'a dot more': `${token}.`,
    'a dot before': `.${token}`,
    'a part more': `${token}.${tag}`,
    'only dots': '....',
    'with an encrypted key': [head, 'AAAA', iv, ciphertext, tag].join('.'),
    'space before': ` ${token}`,
    'space after': `${token} `,
    'a line break after': `${token}\n`,
    'a tab within': `${head}.\t.${iv}.${ciphertext}.${tag}`,
    'a NUL after': `${token}\0`,
    'in quotes': `"${token}"`,
    'percent-encoded dots': token.replaceAll('.', '%2E'),
    'padded with =': [head, '', iv, `${ciphertext}=`, `${tag}==`].join('.'),
    'padded with %3D': `${token}%3D%3D`,
    'full-width dots': token.replaceAll('.', '．'),
    'in small letters': token.toLowerCase(),
    'in JSON serialisation': JSON.stringify({ protected: head, iv, ciphertext, tag }),
    'a JWT without algorithm': `${header({ alg: 'none' })}.${header({ user: 'anna' })}.`,
    'twice over': `${token},${token}`,
  }
  test.each(Object.entries(others))('%s', (_name, changed) => {
    expect(unseal(keyring, changed)).toBeUndefined()
  })

  // Sealed with the right key and the right tag: only the header differs from ours.
  test.each([
    { enc: 'A256GCM', alg: 'dir', kid: id },
    { alg: 'dir', enc: 'A256GCM' },
    { alg: 'dir', enc: 'A256GCM', kid: '' },
    { alg: 'none', enc: 'A256GCM', kid: id },
    { alg: 'DIR', enc: 'A256GCM', kid: id },
    { alg: 'dir', enc: 'A128GCM', kid: id },
    { alg: 'dir', enc: 'A256GCM', kid: id, zip: 'DEF' },
    { alg: 'dir', enc: 'A256GCM', kid: id, crit: ['exp'], exp: 0 },
    { alg: 'dir', enc: 'A256GCM', kid: createKeyring([generateSecret()], PURPOSE).current.id },
    { alg: 'dir', enc: 'A256GCM', kid: id, jwk: { kty: 'oct', k: 'AAAA' } },
  ])('with the protected header %j', (other) => {
    expect(unseal(keyring, sealWith({ key, header: header(other) }, 'text'))).toBeUndefined()
  })

  test('the alphabet of plain base64', () => {
    const fresh = () => seal(keyring, 'some text that is long enough to have a few of these characters in it')
    const strange = Array.from({ length: 50 }, fresh).filter((each) => /[-_]/.test(each))
    expect(strange).not.toEqual([])
    for (const each of strange) {
      expect(unseal(keyring, each.replaceAll('-', '+').replaceAll('_', '/'))).toBeUndefined()
    }
  })
})

describe('a token of somebody else is refused', () => {
  test.each([
    ['another secret', createKeyring([generateSecret()], PURPOSE)],
    ['another application', createKeyring([secret], { ...PURPOSE, application: 'barn' })],
    ['another purpose', createKeyring([secret], { ...PURPOSE, purpose: 'reset' })],
    [
      'a purpose and an application that read the same together',
      createKeyring([secret], { application: '', purpose: 'sessionapp' }),
    ],
  ])('of %s, with its own header or with ours', (_name, other) => {
    expect(unseal(keyring, seal(other, 'text'))).toBeUndefined()
    expect(
      unseal(keyring, sealWith({ key: other.current.key, header: keyring.current.header }, 'text')),
    ).toBeUndefined()
  })
})

describe('size', () => {
  /** A text whose token has exactly this length; 4 characters of base64url are 3 bytes. */
  const ofLength = (length: number) => {
    const rest = seal(keyring, '').length
    const letters = Math.floor(((length - rest) * 3) / 4)
    return seal(keyring, 'x'.repeat(letters))
  }

  test('a token of 4,096 bytes is believed, the next longer one is not even decrypted', () => {
    let longest = ''
    for (let length = 4090; length <= 4096; length += 1) if (ofLength(length).length <= 4096) longest = ofLength(length)
    expect(longest.length).toBeGreaterThan(4093)
    expect(unseal(keyring, longest)).toMatch(/^x+$/)
    const longer = ofLength(4098)
    expect(longer.length).toBeGreaterThan(4096)
    expect(unseal(keyring, longer)).toBeUndefined()
  })

  test.each([4097, 10_000, 1_000_000])('%i characters of anything', (length) => {
    expect(unseal(keyring, `${keyring.current.header}..${'A'.repeat(length)}`)).toBeUndefined()
  })
})

test('random text is never believed, and never throws', { timeout: 60_000 }, () => {
  const [head] = parts(seal(keyring, ''))
  const part = fc.string({ unit: fc.constantFrom(...BASE64URL), maxLength: 60 })
  const token = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.array(part, { minLength: 1, maxLength: 7 }).map((each) => each.join('.')),
    fc.tuple(part, part, part).map((each) => `${head}..${each.join('.')}`),
  )
  fc.assert(
    fc.property(token, (text) => unseal(keyring, text) === undefined),
    { numRuns: 2000 },
  )
})
