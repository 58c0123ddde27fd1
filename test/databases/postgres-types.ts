import type { TypeCase } from './column-types.ts'

const FLAGS = { values: ['0', '1'], ids: ['0', '1'], name: '0', disabled: [false, true] } as const
const WORDS = {
  values: [`'Viewer'`, `'Editor'`],
  ids: ['Viewer', 'Editor'],
  name: 'Viewer',
  roles: ['Viewer'],
  disabled: [true, true],
  property: 'Viewer',
} as const
/** A text of a form of its own, by which people are found all the same. */
const form = (type: string, one: string, other: string): TypeCase => ({
  type,
  values: [`'${one}'`, `'${other}'`],
  ids: [one, other],
  name: one,
  hash: null,
  roles: [one],
  disabled: [true, true],
  property: one,
})
/** A type of which nothing is made but a property. */
const shown = (type: string, value: string, property: unknown, before?: readonly string[]): TypeCase => ({
  type,
  values: [value, 'null'],
  property,
  ...(before && { before }),
})
const names = (type: string, before?: readonly string[]): TypeCase => ({
  ...shown(type, `'{Viewer,"Chief Editor"}'`, ['Viewer', 'Chief Editor'], before),
  roles: ['Viewer', 'Chief Editor'],
})
const DUTY = `create type duty as enum ('Viewer', 'Editor', 'Chief Editor')`
const UUIDS = ['0190163d-8694-739b-aea5-966c26f8ad91', '0190163d-8694-739b-aea5-966c26f8ad92'] as const

/** The types of PostgreSQL, and some that its users make. */
export const POSTGRES_TYPES: readonly TypeCase[] = [
  ...['smallint', 'integer', 'bigint', 'oid'].map((type) => ({ type, ...FLAGS, roles: ['0'], property: 0 })),
  { ...form('bigint not null', '9007199254740993', '9007199254740992'), hash: undefined },
  { type: 'numeric', ...FLAGS, property: '0' },
  { type: 'numeric(6,2)', ...FLAGS, ids: ['0.00', '1.00'], name: '0.00', property: '0.00' },
  { type: 'real', values: ['0', '1'], disabled: [false, true], property: 0 },
  { type: 'double precision', values: [`'NaN'`, '0.1'], disabled: [true, true], property: 'NaN' },
  { type: 'boolean', values: ['false', 'true'], disabled: [false, true], property: false },
  ...['text', 'varchar(100)', 'char(100)', 'name'].map((type) => ({ type, ...WORDS, hash: type })),
  { type: 'citext', before: ['create extension citext'], ...WORDS, hash: 'citext' },
  { type: 'nick', before: ['create domain nick as char(100)'], ...WORDS, hash: 'nick' },
  { type: 'loose', before: [...looseDomain()], ...WORDS, hash: 'loose' },
  { type: 'duty', before: [DUTY], ...WORDS, hash: null },
  {
    type: '"char"',
    values: [`'0'`, `'1'`],
    ids: ['0', '1'],
    name: '0',
    hash: null,
    roles: ['0'],
    disabled: [false, true],
    property: '0',
  },
  form('uuid', ...UUIDS),
  form('inet', '10.0.0.1', '10.0.0.2/8'),
  form('cidr', '10.0.0.0/8', '11.0.0.0/8'),
  form('macaddr', '08:00:2b:01:02:03', '08:00:2b:01:02:04'),
  form('macaddr8', '08:00:2b:01:02:03:04:05', '08:00:2b:01:02:03:04:06'),
  form('bit(4)', '1010', '1011'),
  form('varbit', '1010', '101'),
  {
    type: 'bytea',
    values: [`'\\x416e6e61'`, `'\\xff00'`],
    ids: ['416e6e61', 'ff00'],
    name: 'Anna',
    hash: 'bytea',
    roles: ['Anna'],
    disabled: [true, true],
    property: 'Anna',
  },
  { ...shown('date', `'2020-02-29'`, '2020-02-29'), disabled: [true, false] },
  { ...shown('timestamp', `'2020-02-29 12:00:00.5'`, '2020-02-29T12:00:00.500Z'), disabled: [true, false] },
  { ...shown('timestamptz', `'2020-02-29 12:00:00+02'`, '2020-02-29T10:00:00.000Z'), disabled: [true, false] },
  { ...shown('timestamptz(0)', `'infinity'`, 'infinity'), disabled: [true, false] },
  shown('time', `'12:00'`, '12:00:00'),
  shown('timetz', `'12:00+02'`, '12:00:00+02'),
  shown('interval', `'1 day'`, '1 day'),
  shown('money', '1', '$1.00'),
  ...['json', 'jsonb'].map((type) => ({
    ...shown(type, `'["Viewer", "Editor"]'`, ['Viewer', 'Editor']),
    roles: ['Viewer', 'Editor'],
  })),
  shown('xml', `'<a/>'`, '<a/>'),
  shown('point', `'(1,2)'`, '(1,2)'),
  shown('int4range', `'[1,3)'`, '[1,3)'),
  shown('int4multirange', `'{[1,3)}'`, '{[1,3)}'),
  shown('tsvector', `'a'`, `'a'`),
  shown('pg_lsn', `'0/1'`, '0/1'),
  shown('pair', `'(1,a)'`, '(1,a)', ['create type pair as (a int, b text)']),
  ...['text[]', 'varchar(20)[]', 'char(20)[]', 'name[]'].map((type) => names(type)),
  names('citext[]', ['create extension citext']),
  names('duty[]', [DUTY]),
  names('nick[]', ['create domain nick as text']),
  names('duties', [DUTY, 'create domain duties as duty[]']),
  { ...shown('uuid[]', `'{${UUIDS[0]}}'`, [UUIDS[0]]), roles: [UUIDS[0]] },
  shown('integer[]', `'{1,2}'`, [1, 2]),
  shown('boolean[]', `'{t}'`, [true]),
  shown('timestamp[]', `'{2020-02-29 12:00}'`, ['2020-02-29T12:00:00']),
]

/** Compared so that `VIEWER` is `Viewer`. */
function looseDomain(): readonly string[] {
  return [
    `create collation loosely (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
    'create domain loose as text collate loosely',
  ]
}
