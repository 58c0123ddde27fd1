import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HASHES_OF_OTHERS } from '../../test/passwords/hashes-of-others.ts'
import { UnsupportedHashError } from '../errors.ts'
import { createPasswordHasher, type PasswordHasherOptions } from './password-hasher.ts'
import type { StoredHash } from './read-stored-hash.ts'

const WEAK = {
  argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 },
  allowWeak: true,
  ceiling: { memoryKiB: 1024, bcryptCost: 5, pbkdf2Iterations: 20_000, scryptKiB: 16_384 },
} as const

/** A quick hasher that also notes every hash it computes. */
function observedHasher(options: PasswordHasherOptions = {}) {
  const hashes: StoredHash[] = []
  return { hasher: createPasswordHasher({ ...WEAK, onHash: (hash) => hashes.push(hash), ...options }), hashes }
}

const { hasher } = observedHasher()

describe.each(HASHES_OF_OTHERS)('$by', ({ hash: stored, password }) => {
  test('verifies the password and no other, and is outdated', async () => {
    expect(await hasher.verify(password, stored)).toEqual({ matches: true, outdated: true })
    for (const other of [`${password}!`, ` ${password}`, password.slice(1), password.toUpperCase(), '', 'stand-in']) {
      expect(await hasher.verify(other, stored)).toEqual({ matches: false, outdated: true })
    }
  })

  test('knows the password only as it was typed, and never with a NUL', async () => {
    if (password === 'Grüße') {
      expect(await hasher.verify(password.normalize('NFD'), stored)).toMatchObject({ matches: false })
    }
    for (const other of [`${password}\0`, `\0${password}`, `${password}\0${password}`]) {
      expect(await hasher.verify(other, stored)).toMatchObject({ matches: false })
    }
  })
})

test('the hash of a decomposed password verifies that spelling', async () => {
  // python3: hashlib.sha1 of 'u' and U+0308
  const stored = '28715a788e4bee7d13a5a6c47d610777100f7bc2'
  expect(await hasher.verify('u\u0308', stored)).toMatchObject({ matches: true })
  expect(await hasher.verify('ü', stored)).toMatchObject({ matches: false })
})

describe('what is over the ceiling is refused before anything is computed', () => {
  const { ceiling: _, ...weak } = WEAK
  const salt = 'c29tZXNhbHQ'
  const output = 'U39tusjqAk8Vh3cXEx6QupSVwYtMILqHyAJd.uFTyFg'
  test.each([
    ['PBKDF2', `$pbkdf2-sha256$2000001$${salt}$${output}`],
    ['Django PBKDF2', 'pbkdf2_sha256$2000001$salt$7dimYjDnJ2lFuMoM7Ymh28+3qEAgIPooxerNRttamm4='],
    ['Werkzeug PBKDF2', `pbkdf2:sha1:2147483647$salt$${'0'.repeat(40)}`],
    ['scrypt by N', `$scrypt$ln=18,r=9,p=1$${salt}$${output.replace('.', '+').replace('.', '+')}`],
    ['scrypt by r', `scrypt:1024:2049:1$salt$${'0'.repeat(128)}`],
    ['scrypt by p', `scrypt:32768:8:9$salt$${'0'.repeat(128)}`],
    ['scrypt by much', `scrypt:1073741824:32:1$salt$${'0'.repeat(128)}`],
    ['Django argon2', `argon2$argon2id$v=19$m=262145,t=2,p=1$${salt}$B+0KiGfGer9OKZmtUfmbOo7yS2lVwcLJNoFthV2Ot+8`],
    ['Django bcrypt', 'bcrypt$$2b$15$kvfkEqe59LOm.TFHCwbsFebGnfoLryklYSDfd4LpEHhiY/F8eT36a'],
    ['Zope bcrypt', '{BCRYPT}$2b$31$QUA1fEE7axKpe.CVREaSuOOPqhLZWx.69PP5IX04.XPmY.wdaBqj6'],
  ])('%s', async (_kind, stored) => {
    const hashes: StoredHash[] = []
    const hasher = createPasswordHasher({ ...weak, onHash: (hash) => hashes.push(hash) })
    await expect(hasher.verify('x', stored)).rejects.toThrow(/over the ceiling/)
    expect(hashes).toEqual([])
    expect(hasher.stats).toEqual({ computed: 0, running: 0, queued: 0 })
  })
})

describe('a hash that takes microseconds does not tell that there is such a user', () => {
  const live = expect.objectContaining({ algorithm: 'argon2id', memoryKiB: 16, iterations: 2 })

  test.each([
    ['{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP', 'digest'],
    ['$apr1$G/J.K91n$F7aeBTeQMMRn.ixS/n/zs.', 'apr1'],
    ['pbkdf2_sha256$1000$aVerySaltyText$7dimYjDnJ2lFuMoM7Ymh28+3qEAgIPooxerNRttamm4=', 'pbkdf2'],
  ])('%s costs a hash with the parameters of new ones as well, and both are counted', async (stored, algorithm) => {
    for (const password of ['Grüße', 'wrong']) {
      const { hasher, hashes } = observedHasher({ argon2: { memoryKiB: 16, iterations: 2 } })
      await hasher.verify(password, stored)
      expect(hashes).toEqual([expect.objectContaining({ algorithm }), live])
      expect(hasher.stats).toEqual({ computed: 2, running: 0, queued: 0 })
    }
  })

  test('and for a password that cannot be right only that', async () => {
    const { hasher, hashes } = observedHasher({ argon2: { memoryKiB: 16, iterations: 2 } })
    for (const password of ['a\0', 'x'.repeat(1025), '\ud800']) {
      await hasher.verify(password, '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP')
    }
    expect(hashes).toEqual([live, live, live])
    expect(hasher.stats.computed).toBe(3)
  })

  test('scrypt is slow by itself and costs one', async () => {
    const { hasher, hashes } = observedHasher()
    await hasher.verify('wrong', '$scrypt$ln=10,r=1,p=1$TmFDbA$OURlcuoCvOsc9VMFib8l/6/qrNyKYjwm6XQeLQf6CNU')
    expect(hashes).toEqual([expect.objectContaining({ algorithm: 'scrypt' })])
    expect(hasher.stats.computed).toBe(1)
  })
})

describe('is refused as damaged or not known', () => {
  const ssha = '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP'
  const django = 'pbkdf2_sha256$1000$salt$7dimYjDnJ2lFuMoM7Ymh28+3qEAgIPooxerNRttamm4='
  const scrypt = `scrypt:1024:8:1$salt$${'0'.repeat(128)}`
  test.each([
    ['{SSHA} without a salt', '{SSHA}9kl1HW4btG+MhqjgMAI3wz3wcHQ='],
    ['{SHA} with one', ssha.replace('SSHA', 'SHA')],
    ['{SSHA} cut short', '{SSHA}+YodO7XNrGrJV4fFyNNbt+uTNA=='],
    ['{SSHA} with a salt of 65 bytes', `{SSHA}${Buffer.alloc(85).toString('base64')}`],
    ['{SHA} without padding', '{SHA}9kl1HW4btG+MhqjgMAI3wz3wcHQ'],
    ['{SHA} with stray bits', '{SHA}9kl1HW4btG+MhqjgMAI3wz3wcHR='],
    ['{SHA} in two alphabets', '{SHA}9kl1HW4btG+MhqjgMAI3wz3wcH-='],
    ['{SSHA224}', '{SSHA224}+YodO7XNrGrJV4fFyNNbt+uTNA8FjIHP'],
    ['{MD5}', '{MD5}ICy5YqxZB1uWSwcVLSNLcA=='],
    ['{CLEARTEXT}', '{CLEARTEXT}password'],
    ['no scheme', ssha.slice('{SSHA}'.length)],
    ['a scheme and nothing', '{SSHA}'],
    ['{CRYPT} of DES', '{CRYPT}rqXexS6ZhobKA'],
    ['{CRYPT} of Apache', '{CRYPT}$apr1$G/J.K91n$F7aeBTeQMMRn.ixS/n/zs.'],
    [
      'sha512crypt',
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz11',
    ],
    ['sha256crypt in braces', '{CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8'],
    ['a bare MD5', '202cb962ac59075b964b07152d234b70'],
    ['a bare SHA-256', 'f83e039796c6453a10f5519e39fd113901572316a1a8ea07cb525d2801dfd074'],
    ['a bare SHA-1 in capitals', 'F649751D6E1BB46F8C86A8E0300237C33DF07074'],
    ['{BCRYPT} of something else', '{BCRYPT}{SHA}9kl1HW4btG+MhqjgMAI3wz3wcHQ='],
    ['Django with no iterations', django.replace('1000', '0')],
    ['Django with a leading zero', django.replace('1000', '01000')],
    ['Django with too many iterations for anyone', django.replace('1000', '2147483648')],
    ['Django without a salt', django.replace('$salt$', '$$')],
    ['Django with the output of another hash', django.replace('pbkdf2_sha256', 'pbkdf2_sha1')],
    ['Django without padding', django.slice(0, -1)],
    ['Django unusable', '!Zk3mIwEQ0AnS0pSFbFhLQzFR8nX0rGrLPbfAxNtC'],
    ['Django MD5', 'md5$salt$67a1e09bb1f83f5007dc119c14d663aa'],
    ['Django in Django', `bcrypt$${django}`],
    ['scrypt with an N that is no power of two', scrypt.replace('1024', '1023')],
    ['scrypt with N = 1', scrypt.replace('1024', '1')],
    ['scrypt with an N too large for r', scrypt.replace('1024:8', '65536:1')],
    ['scrypt with r = 0', scrypt.replace(':8:', ':0:')],
    ['scrypt with an r times p beyond its limit', scrypt.replace(':8:1$', ':8:134217728$')],
    ['Werkzeug in capitals', scrypt.replace(/0$/, 'A')],
    ['Werkzeug cut short', scrypt.slice(0, -2)],
    ['Werkzeug with an unknown digest', `pbkdf2:md5:1000$salt$${'0'.repeat(32)}`],
    ['Werkzeug without iterations', `pbkdf2:sha256$salt$${'0'.repeat(64)}`],
    [
      'PHC PBKDF2 with a length that is another',
      '$pbkdf2-sha256$i=1000,l=31$c29tZXNhbHT//iE$iVHjMPHN3ArtZbkiUWF4i3aAxhpZDplkv+mGptR6+pg',
    ],
    ['$apr1$ with too long a salt', '$apr1$aB./09zZz$ULwkQ4X8HgJly313lNO.k/'],
    ['$apr1$ with stray bits', '$apr1$aB./09zZ$ULwkQ4X8HgJly313lNO.k2'],
    ['$1$', '$1$aB./09zZ$ULwkQ4X8HgJly313lNO.k/'],
    ['a line break at the end', `${ssha}\n`],
    ['far too much', `{SSHA}${'A'.repeat(1_000_000)}`],
  ])('%s', async (_what, stored) => {
    const { hasher, hashes } = observedHasher()
    await expect(hasher.verify('Grüße', stored)).rejects.toThrow(UnsupportedHashError)
    expect(hashes).toEqual([])
  })

  test('whatever was damaged never matches and is at most refused as unsupported', { timeout: 60_000 }, async () => {
    const damage = fc.record({
      original: fc.constantFrom(...HASHES_OF_OTHERS),
      at: fc.nat(300),
      remove: fc.nat(3),
      insert: fc.oneof(
        fc.constantFrom(...'$,:={}_-+/.ilnrp0123456789aAZ'),
        fc.string({ maxLength: 3 }),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ original: { hash, password }, at, remove, insert }) => {
        const start = at % hash.length
        const damaged = hash.slice(0, start) + insert + hash.slice(start + remove)
        fc.pre(sameHash(damaged) !== sameHash(hash))
        // What is cut off at the end may leave a shorter hash of the same password.
        fc.pre(!hash.startsWith(damaged))
        const { hasher } = observedHasher()
        const answer = await hasher.verify(password, damaged).catch((error: unknown) => error)
        if (answer instanceof Error) expect(answer).toBeInstanceOf(UnsupportedHashError)
        else expect(answer).toMatchObject({ matches: false })
      }),
      { numRuns: 2000 },
    )
  })

  /** Spellings of one and the same hash: names of schemes and their case, padding, alphabets of base64. */
  function sameHash(text: string): string {
    return text
      .replace(/\$2[aby]\$/, '$2b$')
      .replace(/^\{.*?\}/, (scheme) => scheme.toUpperCase())
      .replace(/^\{(?:BCRYPT|BLF-CRYPT)\}/, '{CRYPT}')
      .replace(/^\{ARGON2I?D?\}/, '{ARGON2}')
      .replace(/^(?:\$|\{PBKDF2|\{ARGON2).*$/s, (phc) => phc.replace(/={1,2}(?=\$|$)/g, ''))
      .replace(/^(?:\{PBKDF2).*$/s, (phc) => phc.replaceAll('.', '+'))
      .replace(/^(\{S?SHA\d*\})(.*)$/s, (_, scheme, rest) => scheme + rest.replaceAll('-', '+').replaceAll('_', '/'))
  }
})

test('foreign hashes stand in the same queue', async () => {
  const { hasher } = observedHasher({ maxConcurrent: 1, maxQueued: 1 })
  const stored = '$scrypt$ln=10,r=1,p=1$TmFDbA$OURlcuoCvOsc9VMFib8l/6/qrNyKYjwm6XQeLQf6CNU'
  const calls = [hasher.verify('Grüße', stored), hasher.verify('Grüße', '{SHA}9kl1HW4btG+MhqjgMAI3wz3wcHQ=')]
  expect(hasher.stats).toEqual({ computed: 0, running: 1, queued: 1 })
  expect(await Promise.all(calls)).toEqual([
    { matches: true, outdated: true },
    { matches: true, outdated: true },
  ])
  expect(hasher.stats).toEqual({ computed: 3, running: 0, queued: 0 })
})
