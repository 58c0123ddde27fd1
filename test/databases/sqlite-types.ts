import type { TypeCase } from './column-types.ts'

const FLAGS = {
  values: ['0', '1'],
  ids: ['0', '1'],
  name: '0',
  roles: ['0'],
  disabled: [false, true],
  property: 0,
} as const
const WORDS = {
  values: [`'Viewer'`, `'Editor'`],
  ids: ['Viewer', 'Editor'],
  name: 'Viewer',
  roles: ['Viewer'],
  disabled: [true, true],
  property: 'Viewer',
} as const
const LONG = ['9007199254740993', '-9223372036854775808'] as const

/** The types that columns of SQLite are declared with, and the values that are found in them. */
export const SQLITE_TYPES: readonly TypeCase[] = [
  ...['integer', 'bigint', 'tinyint(1)'].map((type) => ({ type, ...FLAGS })),
  ...['numeric', 'decimal(6, 2)', 'boolean', ''].map((type) => ({ type, ...FLAGS, hash: null })),
  ...['integer not null', 'numeric not null', 'any'].map((type) => ({
    type,
    ...FLAGS,
    values: LONG,
    ids: LONG,
    name: LONG[0],
    ...(type.startsWith('integer') ? {} : { hash: null }),
    roles: [LONG[0]],
    disabled: [true, true] as const,
    property: LONG[0],
  })),
  ...['text', 'varchar(40)', 'nchar(55)', 'clob', 'text collate nocase'].map((type) => ({
    type,
    ...WORDS,
    hash: type,
  })),
  // SQLite takes types that it does not know for numbers, and keeps texts all the same.
  ...['string', 'uuid', 'datetime', 'json', 'any'].map((type) => ({ type, ...WORDS, hash: type })),
  // No numbers, and kept as they are.
  { ...WORDS, type: 'bigint not null' },
  ...['blob', 'binary(16)', 'varbinary(100)'].map((type) => ({
    type,
    values: [`x'416e6e61'`, `x'ff00'`] as const,
    ids: ['416e6e61', 'ff00'] as const,
    name: 'Anna',
    hash: type,
    roles: ['Anna'],
    disabled: [true, true] as const,
    property: 'Anna',
  })),
  ...['real', 'double precision', 'float'].map((type) => ({
    type,
    values: ['0', '1.0'] as const,
    disabled: [false, true] as const,
    property: 0,
  })),
  {
    ...FLAGS,
    type: 'numeric null',
    hash: null,
    values: [`'0000-00-00'`, `'2020-02-29'`],
    ids: ['0000-00-00', '2020-02-29'],
    name: '0000-00-00',
    roles: ['0000-00-00'],
    property: '0000-00-00',
  },
]
