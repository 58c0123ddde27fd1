import { expect, test } from 'vitest'
import { HASHES_OF_OTHERS } from '../../../test/passwords/hashes-of-others.ts'
import { mayBeHash, withoutHashes } from './may-be-hash.ts'

test('every hash that is known is taken for one', () => {
  for (const { by, hash } of HASHES_OF_OTHERS) expect(mayBeHash(hash), by).toBe(true)
})

test.each([
  'rqXexS6ZhobKA',
  '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO',
  '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7',
  '202cb962ac59075b964b07152d234b70',
  '{CLEARTEXT}secret',
  'anna,$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku,2020-01-01T12',
])('%s is taken for one', (text) => {
  expect(mayBeHash(text)).toBe(true)
})

test.each([
  'anna',
  'Administrator',
  'administrator',
  'anna.mueller-lüdenscheidt@example.org',
  'Sales, North',
  'user0000017',
])('%s is a name', (text) => {
  expect(mayBeHash(text)).toBe(false)
})

test('a sentence is shown without the hashes that are quoted in it, and not without end', () => {
  const bcrypt = '$2b$04$OQHXN9PjPr/OlRH35/rHJun4ZskIhYs6Ik9VxKpLQywrV.LVxZrku'
  expect(withoutHashes(`There is no role ${JSON.stringify(bcrypt)}, "Wizard".`)).toBe('There is no role "…", "Wizard".')
  expect(withoutHashes(`There is no role ${JSON.stringify(`a"${bcrypt}`)}.`)).toBe('There is no role "…".')
  expect(withoutHashes(`There is no role "${'x '.repeat(1_000_000)}".`).length).toBeLessThan(1000)
})
