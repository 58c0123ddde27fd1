import { expect, test } from 'vitest'
import { endOf, startOf } from './sap-date.ts'

test.each([
  ['20261231', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['2026-12-31', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['/Date(1798675200000)/', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['/Date(1798675200000+0000)/', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['/Date(1798678800000)/', '2026-12-31T01:00:00Z', '2026-12-31T01:00:00Z'],
  ['2026-12-31T12:30:00Z', '2026-12-31T12:30:00Z', '2026-12-31T12:30:00Z'],
  ['2026-12-31T12:30:00.5+02:00', '2026-12-31T10:30:00.5Z', '2026-12-31T10:30:00.5Z'],
  ['2026-12-31T12:30:00', '2026-12-31T12:30:00Z', '2026-12-31T12:30:00Z'],
  ['99991231', '9999-12-31T00:00:00Z', '+010000-01-01T00:00:00Z'],
  [new Date('2026-12-31T00:00:00Z'), '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
])('%s begins at %s and is over at %s', (value, start, end) => {
  expect(startOf(value)).toBe(Date.parse(start))
  expect(endOf(value)).toBe(Date.parse(end))
})

test.each([null, undefined, '', '  ', '00000000', '0000-00-00'])('%o is no bound', (value) => {
  expect(startOf(value)).toBeNull()
  expect(endOf(value)).toBeNull()
})

test.each([
  'never',
  '31.12.2026',
  '20261399',
  '/Date()/',
  '/Date(x)/',
  '2026',
  0,
  20261231,
  true,
  {},
  [],
  new Date('x'),
])('%o is no date, and nobody knows what it allows', (value) => {
  expect(() => endOf(value)).toThrow(/is no date that SAP writes/)
  expect(() => startOf(value)).toThrow(/is no date that SAP writes/)
})
