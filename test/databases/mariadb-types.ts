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
const BYTES = {
  values: [`x'416e6e61'`, `x'ff00ff00'`],
  ids: ['416e6e61', 'ff00ff00'],
  roles: ['Anna'],
  disabled: [true, true],
  property: 'Anna',
} as const
/** A text of a form of its own, by which people are found all the same. */
const form = (type: string, one: string, other: string, property: unknown = one): TypeCase => ({
  type,
  values: [`'${one}'`, `'${other}'`],
  ids: [one, other],
  name: one,
  hash: null,
  roles: [one],
  disabled: [true, true],
  property,
})
/** A type of which nothing is made but a property and perhaps a state. */
const shown = (type: string, value: string, property: unknown, disabled?: [boolean, boolean]): TypeCase => ({
  type,
  values: [value, 'null'],
  property,
  ...(disabled && { disabled }),
})
const ZERO = [`set session sql_mode = ''`]

/** The types of MariaDB. */
export const MARIADB_TYPES: readonly TypeCase[] = [
  ...['tinyint', 'boolean', 'smallint', 'mediumint', 'int', 'int(8) zerofill', 'bigint unsigned'].map((type) => ({
    type,
    ...FLAGS,
    roles: ['0'],
    property: 0,
  })),
  { ...form('bigint', '9007199254740993', '9007199254740992'), hash: undefined },
  { ...form('bigint unsigned not null', '18446744073709551615', '18446744073709551614'), hash: undefined },
  { ...form('year', '2020', '2021', 2020), hash: undefined },
  { type: 'decimal(6,2)', ...FLAGS, ids: ['0.00', '1.00'], name: '0.00', property: '0.00' },
  ...['float', 'double'].map((type) => ({ type, values: FLAGS.values, disabled: FLAGS.disabled, property: 0 })),
  { type: 'bit(1)', values: [`b'0'`, `b'1'`], disabled: [false, true], property: 0 },
  { type: 'bit(64)', values: [`b'101'`, `b'0'`], disabled: [true, false], property: 5 },
  ...['char(100)', 'varchar(100)', 'tinytext', 'text', 'mediumtext', 'longtext'].map((type) => ({
    type,
    ...WORDS,
    hash: type,
  })),
  { type: 'varchar(100) character set latin1 collate latin1_bin', ...WORDS, hash: 'text character set latin1' },
  { type: 'varchar(100) character set ucs2', ...WORDS, hash: 'text character set ucs2' },
  { type: `enum('Viewer', 'Editor')`, ...WORDS, hash: null },
  {
    type: `set('Viewer', 'Editor')`,
    hash: null,
    ...WORDS,
    values: [`'Viewer,Editor'`, `'Editor'`],
    ids: ['Viewer,Editor', 'Editor'],
    name: 'Viewer,Editor',
    roles: ['Viewer', 'Editor'],
    property: 'Viewer,Editor',
  },
  { type: 'binary(4)', ...BYTES, hash: 'binary(100)' },
  ...['varbinary(100)', 'tinyblob', 'blob', 'mediumblob', 'longblob'].map((type) => ({
    type,
    ...BYTES,
    name: 'Anna',
    hash: type,
  })),
  form('uuid', '0190163d-8694-739b-aea5-966c26f8ad91', '0190163d-8694-739b-aea5-966c26f8ad92'),
  form('inet6', '2001:db8::1', '2001:db8::2'),
  form('inet4', '10.0.0.1', '10.0.0.2'),
  // MariaDB calls it a text, and the driver reads it.
  {
    type: 'json',
    values: [`'["Viewer", "Editor"]'`, `'{}'`],
    ids: null,
    name: null,
    hash: null,
    roles: ['Viewer', 'Editor'],
    disabled: [true, true],
    property: ['Viewer', 'Editor'],
  },
  shown('date', `'2020-02-29'`, '2020-02-29', [true, false]),
  shown('datetime', `'2020-02-29 12:00:00'`, '2020-02-29T12:00:00.000Z', [true, false]),
  shown('datetime(6)', `'2020-02-29 12:00:00.5'`, '2020-02-29T12:00:00.500Z', [true, false]),
  shown('timestamp null', 'from_unixtime(1582977600)', '2020-02-29T12:00:00.000Z', [true, false]),
  shown('timestamp(3) null', 'from_unixtime(1582977600.25)', '2020-02-29T12:00:00.250Z', [true, false]),
  ...['date', 'datetime(3)', 'timestamp null'].map((type) => ({
    type: `${type} comment 'zero'`,
    before: ZERO,
    values: [`'0000-00-00'`, `'2020-02-29'`] as const,
    disabled: [false, true] as const,
    property: null,
  })),
  { ...shown(`date comment 'partly'`, `'2020-00-00'`, '2020-00-00', [true, false]), before: ZERO },
  shown('time', `'12:00:00'`, '12:00:00'),
  shown('point', 'point(1, 2)', { x: 1, y: 2 }),
]
