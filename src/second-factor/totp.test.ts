import { Secret } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { loadTotp } from './totp.ts'

// RFC 6238, Appendix B, the values of SHA-1, cut to six digits.
const SECRET = Secret.fromLatin1('12345678901234567890').base32
const VALUES = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
] as const

describe('a code of RFC 6238', () => {
  test.each(VALUES)('at %d s is %s', async (seconds, code) => {
    const { stepOf } = await loadTotp()
    const step = Math.floor(seconds / 30)
    expect(stepOf(SECRET, code, seconds * 1000)).toBe(step)
    expect(stepOf(SECRET, `${code.slice(0, 3)} ${code.slice(3)}`, seconds * 1000)).toBe(step)
    expect(stepOf(SECRET, code, (seconds + 30) * 1000)).toBe(step)
    expect(stepOf(SECRET, code, (seconds - 30) * 1000)).toBe(step)
    expect(stepOf(SECRET, code, (seconds + 60) * 1000)).toBeUndefined()
    expect(stepOf(SECRET, code, (seconds - 60) * 1000)).toBeUndefined()
  })

  test.each(['', '28708', '2870821', '28708a', '２８７０８２', '287082\n287082', '-87082', '1e5000'])(
    'is not %j',
    async (code) => {
      const { stepOf } = await loadTotp()
      expect(stepOf(SECRET, code, 59_000)).toBeUndefined()
    },
  )
})

test('a new secret has 160 bits, and its address holds issuer and name', async () => {
  const { newSecret, uriOf, qrOf } = await loadTotp()
  const secret = newSecret()
  expect(Secret.fromBase32(secret).bytes).toHaveLength(20)
  const uri = new URL(uriOf(secret, 'Harbour', 'Anna & Co'))
  expect([uri.protocol, uri.searchParams.get('secret'), uri.searchParams.get('issuer')]).toEqual([
    'otpauth:',
    secret,
    'Harbour',
  ])
  expect(qrOf(uri.href)).toMatch(/^<svg [^>]*>.*<\/svg>$/s)
})
