import { BASE, dnOf, entry, passwordOf } from './directory.ts'

/** Attributes of other directories, so that OpenLDAP can play them. */
export const SCHEMA: readonly string[] = [
  ...[
    ['1', "'objectGUID'", 'octetStringMatch', '40', true],
    ['2', "'objectSid'", 'octetStringMatch', '40', true],
    ['3', "'GUID'", 'octetStringMatch', '40', true],
    ['4', "'badgeKey'", 'octetStringMatch', '40', false],
    ['5', "'nsUniqueId'", 'caseIgnoreMatch', '15', true],
    ['6', "'ipaUniqueID'", 'caseIgnoreMatch', '15', true],
    ['7', "'exactName'", 'caseExactMatch', '15', false],
    ['8', "'loginDisabled'", 'booleanMatch', '7', false],
    ['9', "( 'nickname' 'petName' )", 'caseIgnoreMatch', '15', false],
    ['10', "'accountExpires'", 'integerMatch', '27', true],
  ].map(
    ([number, names, equality, syntax, isSingle]) =>
      `attributetype ( 1.3.6.1.4.1.55555.1.${number} NAME ${names} EQUALITY ${equality} SYNTAX 1.3.6.1.4.1.1466.115.121.1.${syntax}${isSingle ? ' SINGLE-VALUE' : ''} )`,
  ),
  "objectclass ( 1.3.6.1.4.1.55555.2.1 NAME 'manyKinds' SUP top AUXILIARY MAY ( objectGUID $ objectSid $ GUID $ badgeKey $ nsUniqueId $ ipaUniqueID $ exactName $ loginDisabled $ nickname $ accountExpires ) )",
]

const BYTES = 'c3ff00112233445566778899aabbcc'

/** What the text of somebody's id is, by the form of its attribute. */
export interface Texts {
  readonly guid: string
  readonly uuid: string
  readonly hex: string
  readonly base64: string
  readonly sid: string
  readonly nsUniqueId: string
}

/** Two people whose bytes differ in one that is no UTF-8. */
export const TWINS: Readonly<Record<'anna' | 'bert', Texts>> = {
  anna: kindsOf('fe', 'a'),
  bert: kindsOf('fd', 'b'),
}

function kindsOf(last: string, letter: string): Texts {
  const octets = Buffer.from(`${BYTES}${last}`, 'hex')
  return {
    guid: `1100ffc3-3322-5544-6677-8899aabbcc${last}`,
    uuid: `c3ff0011-2233-4455-6677-8899aabbcc${last}`,
    hex: `${BYTES}${last}`,
    base64: octets.toString('base64'),
    sid: `S-1-5-21-1-2-3-${Number.parseInt(last, 16)}`,
    nsUniqueId: `66446001-1dd211b2-${letter}-0`,
  }
}

function sidBytes(last: string): Buffer {
  return Buffer.from(`010500000000000515000000010000000200000003000000${last}000000`, 'hex')
}

/** Names that mean something in filters, in names of entries, or to programs. */
export const SPECIAL_NAMES = [
  '#lead',
  'q"t',
  'b\\s',
  'b\\41s',
  'e=q',
  's;c',
  '<a>',
  "o'n",
  '(p*)',
  'x/y',
  '{username}',
  '$&',
]

/** People, each with something that an account can be made of or not. */
export const MANY_KINDS = [
  kind('anna', TWINS.anna, 'fe'),
  kind('bert', TWINS.bert, 'fd'),
  // Malin writes her own mail, uid and nickname.
  person('chief', ['mail: chief@example.org', 'nickname: boss', 'exactName: Chief', 'employeeNumber: 1']),
  person('malin', [
    'mail: chief@example.org',
    'mail: malin@example.org',
    'nickname: boss',
    'exactName: CHIEF',
    'employeeNumber: 1',
  ]),
  person('solo', ['mail: solo@example.org', 'cn;lang-de: Solo auf Deutsch', 'nickname: Solo', 'mobile: +1 555-010 99']),
  person('double', ['uid: chief', 'nickname: double', 'nickname: second', 'description: one', 'description: two']),
  person('spaced', ['nickname: far   off', 'exactName: spaced']),
  person('picture', [`jpegPhoto:: ${Buffer.from('ffd8ffe000104a464946', 'hex').toString('base64')}`]),
  person('off', ['loginDisabled: TRUE']),
  person('over', ['accountExpires: 132000000000000000']),
  person('gone', ['shadowExpire: 1']),
  person('ipa', [
    `memberOf: ipaUniqueID=1b2c-3d,cn=hbac,${BASE}`,
    `memberOf: ipaUniqueID=4d5e-6f,cn=sudorules,${BASE}`,
    `memberOf: cn=staff,ou=groups,${BASE}`,
  ]),
  ...SPECIAL_NAMES.map((uid) => person(uid, [])),
].join('\n')

function kind(uid: 'anna' | 'bert', { base64, nsUniqueId }: Texts, last: string): string {
  return person(uid, [
    `objectGUID:: ${base64}`,
    `GUID:: ${base64}`,
    `badgeKey:: ${base64}`,
    `objectSid:: ${sidBytes(last).toString('base64')}`,
    `nsUniqueId: ${nsUniqueId}`,
    `ipaUniqueID: ${nsUniqueId}`,
    `nickname: ${uid}`,
  ])
}

function person(uid: string, lines: readonly string[]): string {
  // Every byte that is no letter as `\\XX` (RFC 4514, section 2.4).
  const escaped = uid.replace(/[^a-z]/g, (character) => `\\${Buffer.from(character).toString('hex')}`)
  return entry(dnOf(escaped), [
    'objectClass: inetOrgPerson',
    'objectClass: shadowAccount',
    'objectClass: manyKinds',
    `uid: ${uid}`,
    // Values of one attribute stand together, or slapadd forgets the first.
    ...lines.filter((line) => line.startsWith('uid:')),
    `cn: ${uid} Example`,
    'sn: Example',
    `userPassword: ${passwordOf(uid)}`,
    'pwdChangedTime: 20261101000000Z',
    ...lines.filter((line) => !line.startsWith('uid:')),
  ])
}
