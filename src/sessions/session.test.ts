import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeSession, encodeSession, type Session } from './session.ts'

const SESSION: Session = {
  id: 'AAECAwQFBgcICQoLDA0ODw',
  userId: 'local:7:seven',
  source: 'local',
  account: {
    id: '7:seven',
    name: 'anna',
    description: '',
    roles: ['Viewer', 'User'],
    superuser: false,
    properties: { floor: 2, keys: ['north', null], nested: { deep: true } },
  },
  startedAt: 1000,
  startedAtRevision: 17,
  expiresAt: 5000,
  idleUntil: 3000,
  confirmedAtRevision: 18,
  leaseUntil: 2000,
  persistent: false,
}

const payload = (): Record<string, unknown> => JSON.parse(encodeSession(SESSION))

test('a session comes back as it was', () => {
  expect(decodeSession(encodeSession(SESSION))).toEqual(SESSION)
  const persistent = { ...SESSION, persistent: true, idleUntil: null }
  expect(decodeSession(encodeSession(persistent))).toEqual(persistent)
})

test('whatever the person is called, the session comes back as it was', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 })
  fc.assert(
    fc.property(text, text, fc.string(), fc.array(text), fc.dictionary(text, fc.jsonValue()), (id, name, ...rest) => {
      const [description, roles, given] = rest
      const properties = JSON.parse(JSON.stringify(given))
      const account = { ...SESSION.account, id, name, description, roles, properties }
      const session = { ...SESSION, userId: `local:${id}`, account }
      expect(decodeSession(encodeSession(session))).toEqual(session)
    }),
  )
})

test('permissions are not in the cookie: what a role may do is looked up in the code', () => {
  expect(encodeSession(SESSION)).toContain('Viewer')
  expect(Object.keys(payload()).sort().join('')).toBe('abcdiklnprstuvx')
})

describe('what is no session of this version is none', () => {
  test.each([0, 1, 99, '1', null, undefined, true])('version %j', (v) => {
    expect(decodeSession(JSON.stringify({ ...payload(), v }))).toBeUndefined()
  })

  test.each(['', 'x', 'null', 'true', '1', '"text"', '[]', '{}', '{"v":1}', '{', '\0', '[{"v":1}]'])('%j', (text) => {
    expect(decodeSession(text)).toBeUndefined()
  })

  test.each([...'suntbxclkarpdi'])('without %s', (name) => {
    const { [name]: _, ...rest } = payload()
    expect(decodeSession(JSON.stringify(rest))).toBeUndefined()
  })

  const wrong: readonly (readonly [string, readonly unknown[]])[] = [
    ['s', ['', 1, null, [], {}, true]],
    ['u', ['', 'nocolon', 1, null, ['local:7'], { includes: true }]],
    ['n', ['', 1, null, []]],
    ['d', [1, null, []]],
    ['r', ['Viewer', null, [1], [null], [['Viewer']], { 0: 'Viewer' }]],
    ['p', [null, 'text', 1]],
    ['a', ['false', 0, 1, null, 'true', []]],
    ['k', ['true', 1, null]],
    ...[...'txcl'].map((name) => [name, ['1000', null, [], true, {}]] as const),
    ['i', ['1000', [], true, {}]],
  ]
  test.each(wrong.flatMap(([name, values]) => values.map((value) => [name, value])))('%s is %j', (name, value) => {
    expect(decodeSession(JSON.stringify({ ...payload(), [name as string]: value }))).toBeUndefined()
  })

  test.each([...'tbxcli'])('%s is beyond all numbers', (name) => {
    const text = JSON.stringify({ ...payload(), [name]: 'HERE' }).replace('"HERE"', '1e999')
    expect(decodeSession(text)).toBeUndefined()
  })

  test('random text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => decodeSession(text) === undefined))
  })
})

test('the source is what stands before the first colon, whatever the rest says', () => {
  const session = decodeSession(JSON.stringify({ ...payload(), u: 'ldap:local:7' }))
  expect(session).toMatchObject({ source: 'ldap', userId: 'ldap:local:7', account: { id: 'local:7' } })
})
