import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { countCalls } from '../../../test/count-calls.ts'
import { NO_ROLES } from '../../policy/role-registry.ts'
import { createKeyring, generateSecret, type Keyring } from '../../sealing/keyring.ts'
import { seal } from '../../sealing/seal.ts'
import { createSessionCookie } from '../../sealing/sealed-cookie.ts'
import { createAccount } from '../../users/account.ts'
import { User } from '../../users/user.ts'
import { encodeSession, type Session } from '../session.ts'
import { RecentHeaders } from './recent-headers.ts'
import { createSessionReader, readCacheSize } from './session-reader.ts'

const decryptions = countCalls('createDecipheriv')

const ringOf = (...secrets: string[]) => createKeyring(secrets, { application: 'accountEvents', purpose: 'session' })
const [old, fresh] = [generateSecret(), generateSecret()]
let ring: Keyring

beforeEach(() => {
  ring = ringOf(old)
  decryptions.mockClear()
  userOf.mockClear()
})
afterEach(() => expect.hasAssertions())

function session(id: string): Session {
  return {
    id,
    userId: 'local:7',
    source: 'local',
    account: createAccount({ id: '7', name: 'anna' }),
    startedAt: 1,
    startedAtRevision: 1,
    expiresAt: 2,
    idleUntil: null,
    confirmedAtRevision: 1,
    leaseUntil: 2,
    persistent: true,
  }
}

/** Tells whose users were asked for. */
const userOf = vi.fn(({ source, account }: Session) => new User(source, account, NO_ROLES))
const readerOf = (maxRemembered: number) => createSessionReader(() => ring, userOf, maxRemembered)
const sealedOf = (id: string) => seal(ring, encodeSession(session(id)))
/** As a request brings it: a text of its own. */
const fromHeader = (sealed: string) => Buffer.from(`a=b; c=${sealed}`).toString().slice(7)

describe('what has been read', () => {
  test('is not decrypted again', () => {
    const reader = readerOf(10)
    const sealed = sealedOf('one')
    const first = reader.read(fromHeader(sealed))
    for (let time = 0; time < 100; time += 1) expect(reader.read(fromHeader(sealed))).toBe(first)
    expect(decryptions).toHaveBeenCalledTimes(1)
    expect(first?.session.id).toBe('one')
  })

  test('has a user, who is made when first asked for, and once', () => {
    const reader = readerOf(10)
    const sealed = sealedOf('one')
    reader.read(sealed)
    expect(userOf).not.toHaveBeenCalled()
    const user = reader.read(sealed)?.user
    expect(user?.id).toBe('local:7')
    expect(reader.read(sealed)?.user).toBe(user)
    expect(userOf).toHaveBeenCalledTimes(1)
  })

  test('is found by the whole of it, never by its tag alone', () => {
    const reader = readerOf(10)
    const sealed = sealedOf('one')
    reader.read(sealed)
    const parts = sealed.split('.')
    const changed = (index: number, text: string) => parts.with(index, text).join('.')
    const other = sealedOf('two').split('.')
    for (const forged of [
      changed(0, other[0]?.slice(0, -1) ?? ''),
      changed(2, other[2] ?? ''),
      changed(3, other[3] ?? ''),
      changed(3, `${parts[3]}A`),
      ` ${sealed}`,
      sealed.slice(1),
      parts[4] ?? '',
      `.${parts[4]}`,
    ]) {
      expect(reader.read(forged), forged).toBeUndefined()
    }
    // And none of them has taken its place.
    expect(reader.read(sealed)?.session.id).toBe('one')
    expect(reader.size).toBe(1)
  })

  test('is forgotten with the key that it was sealed under, and with every other change of keys', () => {
    const reader = readerOf(10)
    const sealed = sealedOf('one')
    expect(reader.read(sealed)).toBeDefined()
    ring = ringOf(fresh, old)
    expect(reader.read(sealed)).toBeDefined()
    ring = ringOf(fresh)
    expect(reader.read(sealed)).toBeUndefined()
    expect(reader.size).toBe(0)
  })
})

describe('what has come in a header', () => {
  const cookies = createSessionCookie({}, false)
  // A copy, since nobody can change the cookie of an application.
  const strict = { ...cookies.for({ https: true, host: 'localhost' }) }
  const development = cookies.for({ https: false, host: 'localhost' })
  const headerOf = (sealed: string, { name } = strict) => `theme=dark; ${name}=${sealed}; last=1`
  const copyOf = (text: string) => Buffer.from(text).toString()

  test('is found by it, and the cookie is not looked for again', () => {
    const reader = readerOf(10)
    const looked = vi.fn(strict.read)
    const cookie = { ...strict, read: looked }
    const header = headerOf(sealedOf('one'))
    const first = reader.readCookie(copyOf(header), cookie)
    expect(first).toMatchObject({ session: { id: 'one' } })
    for (let time = 0; time < 100; time += 1) expect(reader.readCookie(copyOf(header), cookie)).toBe(first)
    // A header is kept when it comes for the second time.
    expect(looked).toHaveBeenCalledTimes(2)
    expect(decryptions).toHaveBeenCalledTimes(1)
  })

  test('is that of the cookie that counts on this connection', () => {
    const reader = readerOf(10)
    const [one, other] = [sealedOf('one'), sealedOf('other')]
    const planted = headerOf(one, development)
    const both = `${strict.name}=${other}; ${planted}`
    for (let time = 0; time < 5; time += 1) {
      expect(reader.readCookie(planted, development)).toMatchObject({ session: { id: 'one' } })
      // The same session by its own name, so that it has been found by that too.
      expect(reader.readCookie(headerOf(one), strict)).toMatchObject({ session: { id: 'one' } })
      expect(reader.readCookie(planted, strict)).toBe('none')
      expect(reader.readCookie(both, strict)).toMatchObject({ session: { id: 'other' } })
      expect(reader.readCookie(both, development)).toMatchObject({ session: { id: 'one' } })
    }
  })

  test.each([
    ['no cookie', (): string => 'theme=dark', 'none'],
    ['two of them', (): string => `${headerOf(sealedOf('one'))}; ${headerOf(sealedOf('one'))}`, undefined],
    ['one that does not unseal', (): string => headerOf(sealedOf('one').slice(1)), undefined],
  ] as const)('with %s in it is not kept', (_, header, answer) => {
    const reader = readerOf(10)
    const text = header()
    for (let time = 0; time < 4; time += 1) expect(reader.readCookie(text, strict)).toBe(answer)
    expect(reader.size).toBe(0)
  })

  test('is forgotten with the session, and with the keys', () => {
    const reader = readerOf(1)
    const header = headerOf(sealedOf('one'))
    const visit = (times: number): number => {
      decryptions.mockClear()
      for (let time = 0; time < times; time += 1) reader.readCookie(header, strict)
      return decryptions.mock.calls.length
    }
    expect(visit(5)).toBe(1)
    const forgotten = vi.spyOn(RecentHeaders.prototype, 'forget')
    onTestFinished(() => forgotten.mockRestore())
    reader.read(sealedOf('two'))
    expect(forgotten).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ session: session('one') }))
    expect(visit(5)).toBe(1)
    ring = ringOf(fresh, old)
    expect(visit(5)).toBe(1)
    ring = ringOf(fresh)
    expect(reader.readCookie(header, strict)).toBeUndefined()
  })

  test('is not kept when the session is too large to be remembered, and needs its key', () => {
    const reader = readerOf(1)
    const offered = vi.spyOn(RecentHeaders.prototype, 'offer')
    onTestFinished(() => offered.mockRestore())
    const account = createAccount({ id: '7', name: 'anna', properties: { picture: 'x'.repeat(1000) } })
    const header = headerOf(seal(ring, encodeSession({ ...session('large'), account })))
    for (let time = 0; time < 5; time += 1)
      expect(reader.readCookie(header, strict)).toMatchObject({ session: { id: 'large' } })
    expect(decryptions).toHaveBeenCalledTimes(5)
    expect(offered).not.toHaveBeenCalled()
    expect(reader.size).toBe(0)
    ring = ringOf(fresh)
    expect(reader.readCookie(header, strict)).toBeUndefined()
  })

  test('is among those that were used last', () => {
    const reader = readerOf(10)
    const header = headerOf(sealedOf('one'))
    for (let time = 0; time < 3; time += 1) reader.readCookie(header, strict)
    for (let index = 0; index < 30; index += 1) {
      reader.read(sealedOf(`other ${index}`))
      reader.readCookie(header, strict)
    }
    expect(decryptions).toHaveBeenCalledTimes(31)
  })

  test('takes no key where there is no cookie', () => {
    const reader = createSessionReader(() => expect.fail('asked for keys'), userOf, 10)
    expect(reader.readCookie('theme=dark', strict)).toBe('none')
  })

  test('is read anew each time where nothing is remembered', () => {
    const reader = readerOf(0)
    const header = headerOf(sealedOf('one'))
    for (let time = 0; time < 5; time += 1)
      expect(reader.readCookie(header, strict)).toMatchObject({ session: { id: 'one' } })
    expect(decryptions).toHaveBeenCalledTimes(5)
  })
})

test('what does not unseal is not remembered, and costs a decryption every time', () => {
  const reader = readerOf(10)
  const damaged = sealedOf('one').replace(/\.[^.]+$/, `.${'A'.repeat(22)}`)
  for (let time = 0; time < 3; time += 1) expect(reader.read(damaged)).toBeUndefined()
  expect(decryptions).toHaveBeenCalledTimes(3)
  expect(reader.size).toBe(0)
})

test('no more are remembered than there may be: those that were used last', () => {
  const reader = readerOf(3)
  const sealed = ['one', 'two', 'three', 'four'].map(sealedOf)
  for (const each of sealed.slice(0, 3)) reader.read(each)
  reader.read(sealed[0] ?? '')
  reader.read(sealed[3] ?? '')
  expect(reader.size).toBe(3)
  decryptions.mockClear()
  reader.read(sealed[0] ?? '')
  expect(decryptions).toHaveBeenCalledTimes(0)
  reader.read(sealed[1] ?? '')
  expect(decryptions).toHaveBeenCalledTimes(1)
})

test('nor more bytes: large ones take the place of several', () => {
  const reader = readerOf(10)
  const account = createAccount({ id: '7', name: 'anna', properties: { picture: 'x'.repeat(2000) } })
  for (let index = 0; index < 10; index += 1)
    reader.read(seal(ring, encodeSession({ ...session(`${index}`), account })))
  expect(reader.size).toBeLessThan(10)
  expect(reader.size).toBeGreaterThan(1)
})

test('with a cache of 0, nothing is remembered, and all is read', () => {
  const reader = readerOf(0)
  const sealed = sealedOf('one')
  for (let time = 0; time < 3; time += 1) expect(reader.read(sealed)?.session.id).toBe('one')
  expect(decryptions).toHaveBeenCalledTimes(3)
  expect(reader.size).toBe(0)
})

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_001, '10', null])(
  'a cache of %j is refused',
  (cache) => {
    expect(() => readCacheSize(cache as number)).toThrow('sessions.cache')
  },
)
