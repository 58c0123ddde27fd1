import { describe, expect, test } from 'vitest'
import { LoginAttempt } from './login-attempt.ts'
import { accepted, blocked, type Outcome, rejected, unavailable, unknown } from './outcome.ts'
import { createSourceChain } from './source-chain.ts'
import { defineUserSource, type SourceRules, type UserSource } from './user-source.ts'

const ANSWERS: Record<Outcome['outcome'], (name: string) => Outcome> = {
  accepted: (name) => accepted({ name: 'anna', description: `from ${name}` }),
  unknown,
  rejected: () => rejected(),
  blocked: () => blocked('locked'),
  unavailable: () => unavailable(new Error('down')),
}

function source(name: string, answer: Outcome['outcome'], rules: SourceRules = {}): UserSource {
  return defineUserSource(name, async () => ANSWERS[answer](name), rules)
}

const login = (sources: readonly UserSource[], username = 'anna') =>
  createSourceChain(sources).authenticate(new LoginAttempt({ username, password: 'correct horse' }))

describe('a realm', () => {
  /** Which source was asked for which name. */
  async function asked(username: string, realms: Record<string, string | undefined>): Promise<string[]> {
    const seen: string[] = []
    const sources = Object.entries(realms).map(([name, realm]) =>
      defineUserSource(
        name,
        async (attempt) => {
          expect(attempt.fields.username).toBe(username)
          seen.push(`${name}: ${attempt.username}`)
          return null
        },
        realm === undefined ? {} : { realm },
      ),
    )
    await createSourceChain(sources).authenticate(
      new LoginAttempt({ username, password: 'x', fields: { username, password: 'x' } }),
    )
    return seen
  }
  const realms = { local: undefined, ldap: 'EXAMPLE', sap: 'example.org', mirror: 'example' }

  test.each([
    ['anna', ['local: anna', 'ldap: anna', 'sap: anna', 'mirror: anna']],
    ['anna@EXAMPLE', ['ldap: anna', 'mirror: anna']],
    ['anna@example', ['ldap: anna', 'mirror: anna']],
    ['EXAMPLE\\anna', ['ldap: anna', 'mirror: anna']],
    ['eXample\\anna', ['ldap: anna', 'mirror: anna']],
    ['anna@example.org', ['sap: anna']],
    ['example.org\\anna', ['sap: anna']],
    ['anna@home@example', ['ldap: anna@home', 'mirror: anna@home']],
    ['EXAMPLE\\anna@home', ['ldap: anna@home', 'mirror: anna@home']],
    ['EXAMPLE\\anna\\bert', ['ldap: anna\\bert', 'mirror: anna\\bert']],
  ])('%s asks %j', async (username, expected) => {
    expect(await asked(username, realms)).toEqual(expected)
  })

  test.each([
    'anna@example.com',
    'anna@',
    '@example',
    'EXAMPLE\\',
    '\\anna',
    'OTHER\\anna',
    'anna@example ',
    'anna@undefined',
    'undefined\\anna',
  ])('that nobody has is part of the name: %s', async (username) => {
    expect(await asked(username, realms)).toEqual(Object.keys(realms).map((name) => `${name}: ${username}`))
  })

  test('keeps the password from all other sources', async () => {
    const result = await login([source('local', 'accepted'), source('ldap', 'rejected', { realm: 'x' })], 'anna@x')
    expect(result).toMatchObject({ outcome: 'refused', trail: [{ source: 'ldap' }] })
  })
})
