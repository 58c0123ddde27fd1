import { describe, expect, test } from 'vitest'
import { defineRole } from '../policy/role.ts'
import { accepted, blocked, unknown } from '../users/outcome.ts'
import { createMapping, type SapMapping } from './account-mapping.ts'

const NOW = Date.parse('2026-03-15T12:00:00Z')
const read = (answer: unknown, mapping: Partial<SapMapping> = {}) =>
  createMapping({ name: 'name', ...mapping }, () => NOW)(answer)

test('an account is taken from where the paths say', () => {
  const answer = {
    user: { name: 'anna', number: 17 },
    text: 'Front desk',
    roles: [{ role: { name: 'A' } }, { role: { name: 'B' } }, { role: { name: 'A' } }],
    mail: { work: 'anna@example.org' },
    floor: null,
  }
  const mapping = {
    name: 'user.name',
    id: 'user.number',
    description: 'text',
    roles: 'roles.role.name',
    properties: { mail: 'mail.work', floor: 'floor', fax: 'fax.number' },
  }
  expect(read(answer, mapping)).toEqual(
    accepted({
      id: '17',
      name: 'anna',
      description: 'Front desk',
      roles: ['A', 'B'],
      properties: { mail: 'anna@example.org', floor: null },
    }),
  )
})

test('lists inside lists, and those that OData wraps, are walked through', () => {
  const groups = [{ roles: { results: [{ n: 'A' }, { n: 'B' }] } }, { roles: { results: [] } }, { roles: [{ n: 'C' }] }]
  expect(read({ name: 'anna', groups }, { roles: 'groups.roles.n' })).toMatchObject({
    account: { roles: ['A', 'B', 'C'] },
  })
})

test.each<[string, unknown, string[]]>([
  ['an empty list', [], []],
  ['null', null, []],
  ['one text', 'A', ['A']],
  ['a list of texts', ['A', 'B'], ['A', 'B']],
])('roles may be %s', (_, roles, names) => {
  expect(read({ name: 'anna', roles }, { roles: 'roles' })).toMatchObject({ account: { roles: names } })
})

test('roles get the names of the application, when there is a map', () => {
  const EDITOR = defineRole({ name: 'Editor', description: 'Edits', permissions: [] })
  const mapping = { roles: 'roles', roleMap: { Z_EDIT: EDITOR, Z_READ: 'Reader' } }
  const answer = { name: 'anna', roles: ['Z_EDIT', 'z_read', 'constructor', 'Z_READ'] }
  expect(read(answer, mapping)).toMatchObject({ account: { roles: ['Editor', 'Reader'] } })
})

test('a property is left out when the answer has it not, or only a link to it', () => {
  const answer = { name: 'anna', office: { __deferred: { uri: '/Offices(1)' } }, floor: 3 }
  const properties = { office: 'office', floor: 'floor', fax: 'fax', inherited: '__proto__' }
  expect(read(answer, { properties })).toMatchObject({ account: { properties: { floor: 3 } } })
  expect(read(answer, { properties })).not.toHaveProperty('account.properties.office')
  expect(read(answer, { properties })).not.toHaveProperty('account.properties.inherited')
})

test('a description may be missing from the person, though not from the answer', () => {
  expect(read({ name: 'anna', text: null }, { description: 'text' })).toMatchObject({ account: { description: '' } })
})

describe('a path that leads nowhere is an error, and lets nobody in:', () => {
  test.each<[string, object, Partial<SapMapping>]>([
    ['no name', {}, {}],
    ['an empty name', { name: ' ' }, {}],
    ['a name that is null', { name: null }, {}],
    ['a name from the prototype', { name: 'anna' }, { name: 'toString.name' }],
    ['no roles', { name: 'anna' }, { roles: 'roles' }],
    ['roles that were not expanded', { name: 'anna', roles: { __deferred: { uri: '/' } } }, { roles: 'roles' }],
    ['the names of roles that were not expanded', { name: 'anna', r: { __deferred: {} } }, { roles: 'r.n' }],
    ['a role without a name', { name: 'anna', roles: [{ n: 'A' }, {}] }, { roles: 'roles.n' }],
    ['roles that are no texts', { name: 'anna', roles: [1] }, { roles: 'roles' }],
    ['a misspelt lock', { name: 'anna', locked: true }, { locked: 'Locked' }],
    ['a misspelt end', { name: 'anna', until: '20200101' }, { validTo: 'Until' }],
    ['an end that is no date', { name: 'anna', until: 'soon' }, { validTo: 'until' }],
    ['no description', { name: 'anna' }, { description: 'text' }],
    ['a description that is no text', { name: 'anna', text: {} }, { description: 'text' }],
  ])('%s', (_, answer, mapping) => {
    expect(() => read(answer, mapping)).toThrow(/the answer has|no date/)
  })
})

describe('a person is blocked', () => {
  test.each([true, 'true', 'X', 'L', 'yes', 1, 64, '64', {}, ['x']])('whose lock is %o', (locked) => {
    expect(read({ name: 'anna', locked }, { locked: 'locked' })).toEqual(blocked('locked', { accountId: 'anna' }))
  })

  test.each([false, 'false', '', ' ', 'U', 0, '0', null])('but not one whose lock is %o', (locked) => {
    expect(read({ name: 'anna', locked }, { locked: 'locked' })).toMatchObject({ outcome: 'accepted' })
  })

  test.each([
    ['2026-03-14', '9999-12-31', 'accepted'],
    ['2026-03-15', '2026-03-15', 'accepted'],
    ['2026-03-16', '9999-12-31', 'blocked'],
    ['2020-01-01', '2026-03-14', 'blocked'],
    ['2020-01-01', '2026-03-15T11:59:59Z', 'blocked'],
    [null, null, 'accepted'],
  ])('outside the dates: from %s to %s → %s', (from, to, outcome) => {
    expect(read({ name: 'anna', from, to }, { validFrom: 'from', validTo: 'to' })).toMatchObject({ outcome })
  })
})

test('a function may make of an answer whatever it likes', () => {
  const answers = [{ name: 'anna' }, unknown(), blocked('left'), null]
  const map = createMapping((answer) => answers[answer as number] ?? null, Date.now)
  expect([0, 1, 2, 3].map(map)).toEqual([accepted({ name: 'anna' }), unknown(), blocked('left'), unknown()])
})

test.each([undefined, null, 'name', [], {}, { id: 'id' }])('%o is no mapping', (mapping) => {
  expect(() => createMapping(mapping as unknown as SapMapping, Date.now)).toThrow(/needs a mapping/)
})
