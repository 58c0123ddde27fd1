import { describe, expect, onTestFinished, test } from 'vitest'
import { environment, openAuth, signIn, source, warnings, whoIs } from '../test/application/open-auth.ts'
import { ADMIN } from '../test/application/test-auth.ts'
import { createAuth } from './create-auth.ts'
import { ConfigurationError } from './errors.ts'
import { generateSecret } from './sealing/keyring.ts'
import { openDatabase } from './sql/open-database.ts'
import { sqlSessions } from './sql/sql-sessions.ts'
import { defineUserSource } from './users/user-source.ts'

describe('alwaysSuperuser', () => {
  test('is off unless somebody turns it on', async () => {
    environment({ OSTIARY_ALWAYS_SUPERUSER: undefined })
    const auth = await openAuth({ sources: [source('kiosk')] })
    expect((await signIn(auth)).user.isSuperuser).toBe(false)
  })

  test.each(['', '0', 'false', 'no', 'off', 'superuser'])('is off in an environment that says %j', async (value) => {
    environment({ OSTIARY_ALWAYS_SUPERUSER: value })
    const auth = await openAuth({ sources: [source('kiosk')] })
    expect(auth.sources).toHaveLength(1)
  })

  test.each(['1', 'true', 'YES', 'on'])('is on in an environment that says %j, with a loud warning', async (value) => {
    const warned = warnings()
    environment({ OSTIARY_ALWAYS_SUPERUSER: value })
    const auth = await openAuth({ sources: [defineUserSource('nobody', async () => null)] })
    expect(warned).toEqual([
      [expect.stringMatching(/^DANGER/), { type: 'OstiaryWarning', code: 'OSTIARY_ALWAYS_SUPERUSER' }],
    ])
    for (const [username, password] of [
      ['anna', 'wrong'],
      ['', ''],
      ['x'.repeat(500), 'x'],
    ] as const) {
      const { user } = await signIn(auth, username, password)
      expect(user.isSuperuser).toBe(true)
      expect(user.hasRole(ADMIN)).toBe(true)
    }
  })

  test('is what the code says, whatever the environment does', async () => {
    warnings()
    environment({ OSTIARY_ALWAYS_SUPERUSER: 'true' })
    expect((await openAuth({ alwaysSuperuser: false })).sources).toEqual([])
    environment({ OSTIARY_ALWAYS_SUPERUSER: 'false' })
    expect((await openAuth({ alwaysSuperuser: true })).sources).toHaveLength(1)
  })

  test.each([
    ['code', { alwaysSuperuser: true }, undefined],
    ['environment', {}, '1'],
  ])('by %s stops the start in production', (_, options, value) => {
    environment({ NODE_ENV: 'production', OSTIARY_ALWAYS_SUPERUSER: value })
    expect(() => createAuth({ roles: [], sessions: { secret: generateSecret() }, ...options })).toThrow(
      /OSTIARY_ALWAYS_SUPERUSER.*refused in production/,
    )
  })

  test.each(['Production', 'PRODUCTION', 'production ', 'prod', 'staging', 'live', 'dev', '', undefined])(
    'stops the start where NODE_ENV is %j, which is neither development nor test',
    (NODE_ENV) => {
      environment({ NODE_ENV, OSTIARY_ALWAYS_SUPERUSER: '1' })
      const start = () => createAuth({ roles: [], sessions: { secret: generateSecret() } })
      expect(start).toThrow(ConfigurationError)
      expect(start).toThrow(/Set NODE_ENV=development/)
    },
  )

  test.each(['development', 'Development', ' test\n'])('may be on where NODE_ENV is %j', async (NODE_ENV) => {
    warnings()
    environment({ NODE_ENV })
    const auth = await openAuth({ alwaysSuperuser: true })
    expect((await signIn(auth)).user.isSuperuser).toBe(true)
  })
})

describe('the secret', () => {
  const make = (secret?: string | readonly string[]) => createAuth({ roles: [], sessions: { secret } })

  test('is a must in production', () => {
    environment({ NODE_ENV: 'production', OSTIARY_SECRET: undefined })
    expect(() => createAuth({ roles: [] })).toThrow(ConfigurationError)
    expect(() => make('')).toThrow(/no session secret.*npx ostiary secret.*OSTIARY_SECRET/s)
    environment({ OSTIARY_SECRET: '' })
    expect(() => make()).toThrow(ConfigurationError)
    environment({ OSTIARY_SECRET: generateSecret() })
    expect(() => make()).not.toThrow()
  })

  test.each(['Production', 'production ', 'prod', 'staging', 'dev'])(
    'is a must where NODE_ENV is %j, which counts as production',
    (NODE_ENV) => {
      environment({ NODE_ENV, OSTIARY_SECRET: undefined })
      expect(() => make()).toThrow(ConfigurationError)
    },
  )

  test.each(['development', ' Test ', '', undefined])(
    'is made up where NODE_ENV is %j, with one warning that comes with the first use',
    async (NODE_ENV) => {
      const warned = warnings()
      environment({ NODE_ENV, OSTIARY_SECRET: undefined })
      const auth = make()
      onTestFinished(() => auth.close())
      expect(warned).toEqual([])
      await auth.ready()
      await auth.ready()
      expect(warned.map(([, { code }]) => code)).toEqual(['OSTIARY_MADE_UP_SECRET'])
    },
  )

  test.each<[string, string | string[]]>([
    ['short', 'too-short-to-be-a-secret'],
    ['an example', 'please-change-me-please-change-me-7'],
    ['another example', 'this is an example of a secret 12345'],
    ['one character again and again', 'x'.repeat(64)],
    ['a short text again and again', 'abcabc'.repeat(12)],
    ['counting', '0123456789012345678901234567890123456789'],
    ['blank', ' '.repeat(40)],
    ['no secret at all', []],
    ['only commas', ',,,'],
    ['a good one and a short one', [generateSecret(), 'k7q-short']],
    ['a good one and an example', `${generateSecret()},please-change-me-please-change-me-7`],
  ])('is refused in development too when it is %s, without being shown', (_, secret) => {
    for (const NODE_ENV of ['development', 'production']) {
      environment({ NODE_ENV })
      try {
        make(secret)
        expect.fail('it was not refused')
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError)
        for (const each of [secret].flat()) if (each) expect((error as Error).message).not.toContain(each)
      }
    }
  })

  test('is refused when it stands in the list twice', () => {
    const secret = generateSecret()
    expect(() => make([secret, generateSecret(), secret])).toThrow(/secret 3 of 3 stands in the list twice/)
    expect(() => make(`${secret}, ${secret}`)).toThrow(ConfigurationError)
  })

  test('may be replaced while old cookies are still believed', async () => {
    const [old, next] = [generateSecret(), generateSecret()]
    const shared = { sources: [source('kiosk')] }
    const database = openDatabase('sqlite::memory:')
    onTestFinished(() => database.close())
    const store = sqlSessions(database)
    const before = await openAuth({ ...shared, sessions: { secret: old, store } })
    const during = await openAuth({ ...shared, sessions: { secret: `${next},${old}`, store } })
    const after = await openAuth({ ...shared, sessions: { secret: next, store } })
    const { cookieHeader } = await signIn(before)
    expect((await whoIs(during, cookieHeader)).name).toBe('anna')
    expect((await whoIs(after, cookieHeader)).isAnonymous).toBe(true)
    expect((await whoIs(after, (await signIn(during)).cookieHeader)).name).toBe('anna')
  })
})
