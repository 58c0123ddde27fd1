/** Who is in the directory of the tests. */

export const BASE = 'dc=example,dc=org'
export const ROOT_DN = `cn=root,${BASE}`
export const ROOT_PASSWORD = 'root-of-the-tree'
export const SERVICE = { dn: `cn=service,${BASE}`, password: 'grey-service-corridor' }
export const DEFAULT_POLICY = `cn=default,ou=policies,${BASE}`

export const PEOPLE = `ou=people,${BASE}`
export const GROUPS = `ou=groups,${BASE}`

/** The password of everybody who has one. */
export function passwordOf(uid: string): string {
  return `seven-${[...uid].reverse().join('')}-lanterns`
}

export function dnOf(uid: string): string {
  return `uid=${uid},${PEOPLE}`
}

/** What slapadd may write and no client: operational attributes. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  locked: ['pwdAccountLockedTime: 000001010000Z'],
  'locked-out': [`pwdAccountLockedTime: ${generalizedTime(Date.now())}`],
  'lockout-ended': ['pwdAccountLockedTime: 20200101000000Z'],
  'old-password': ['pwdChangedTime: 20200101000000Z'],
  'must-change': ['pwdReset: TRUE'],
  left: ['pwdEndTime: 20200101000000Z'],
  'not-yet': ['pwdStartTime: 20990101000000Z'],
}

const ORDINARY = ['alice', 'bob', 'carol', 'dave', 'jörg', 'a,b+c']

export function staticEntries(mostFailures: number): string {
  const now = generalizedTime(Date.now())
  return [
    entry(BASE, ['objectClass: dcObject', 'objectClass: organization', 'o: Example', 'dc: example']),
    ...['people', 'groups', 'policies', 'others'].map((ou) =>
      entry(`ou=${ou},${BASE}`, ['objectClass: organizationalUnit', `ou: ${ou}`]),
    ),
    policy('default', [
      'pwdLockout: TRUE',
      `pwdMaxFailure: ${mostFailures}`,
      'pwdLockoutDuration: 300',
      'pwdMaxAge: 31536000',
    ]),
    policy('service', ['pwdMaxAge: 0']),
    entry(SERVICE.dn, [
      'objectClass: applicationProcess',
      'objectClass: simpleSecurityObject',
      'cn: service',
      `userPassword: ${SERVICE.password}`,
      `pwdPolicySubentry: cn=service,ou=policies,${BASE}`,
    ]),
    entry(`ou=elsewhere,${BASE}`, [
      'objectClass: referral',
      'objectClass: extensibleObject',
      'ou: elsewhere',
      `ref: ldap://127.0.0.1:1/ou=elsewhere,${BASE}`,
    ]),
    ...[...ORDINARY, ...Object.keys(STATES)].map((uid) => person(uid, dnOf(uid.replace(/[,+]/g, '\\$&')), now)),
    entry(dnOf('no-password'), ['objectClass: inetOrgPerson', 'uid: no-password', 'cn: No Password', 'sn: Password']),
    // The same name in two places.
    person('twin', dnOf('twin'), now),
    person('twin', `uid=twin,ou=others,${BASE}`, now),
    ...Array.from({ length: 25 }, (_, index) =>
      entry(`cn=crowd${index},ou=others,${BASE}`, [
        'objectClass: inetOrgPerson',
        'uid: crowd',
        `cn: crowd${index}`,
        'sn: Crowd',
      ]),
    ),
  ].join('\n')
}

/** Groups, as attributes for a client that adds them. */
export function writtenEntries(): [string, Record<string, string[]>][] {
  const names = (cn: string, member: readonly string[]): [string, Record<string, string[]>] => [
    `cn=${cn},${GROUPS}`,
    { objectClass: ['groupOfNames'], cn: [cn], member: [...member] },
  ]
  return [
    names('staff', [dnOf('alice'), dnOf('bob'), dnOf('locked'), dnOf('a\\,b\\+c')]),
    // Alice is an editor by being staff; the two contain each other.
    names('editors', [`cn=staff,${GROUPS}`, `cn=circle,${GROUPS}`]),
    names('circle', [`cn=editors,${GROUPS}`]),
    names('admins', [dnOf('bob')]),
    [`cn=unique,${GROUPS}`, { objectClass: ['groupOfUniqueNames'], cn: ['unique'], uniqueMember: [dnOf('carol')] }],
    [`cn=posix,${GROUPS}`, { objectClass: ['posixGroup'], cn: ['posix'], gidNumber: ['5000'], memberUid: ['carol'] }],
    // Dave founded a group of the same name elsewhere.
    [`cn=admins,ou=others,${BASE}`, { objectClass: ['groupOfNames'], cn: ['admins'], member: [dnOf('dave')] }],
  ]
}

function person(uid: string, dn: string, changed: string): string {
  const state = STATES[uid] ?? []
  return entry(dn, [
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    `cn: ${uid} Example`,
    'sn: Example',
    `mail: ${uid.replace(/[^a-z-]/g, '')}@example.org`,
    `userPassword: ${passwordOf(uid)}`,
    ...(state.some((line) => line.startsWith('pwdChangedTime')) ? [] : [`pwdChangedTime: ${changed}`]),
    ...state,
  ])
}

function policy(cn: string, lines: readonly string[]): string {
  return entry(`cn=${cn},ou=policies,${BASE}`, [
    'objectClass: device',
    'objectClass: pwdPolicy',
    `cn: ${cn}`,
    'pwdAttribute: userPassword',
    ...lines,
  ])
}

/** LDIF: what is not ASCII goes as base64. */
export function entry(dn: string, lines: readonly string[]): string {
  return [`dn: ${dn}`, ...lines, ''].map(encoded).join('\n')
}

function encoded(line: string): string {
  const [, name, value] = /^([\w;.-]+): ([\s\S]*)$/.exec(line) ?? []
  if (name === undefined || value === undefined || /^[\0-\x7f]*$/.test(value)) return line
  return `${name}:: ${Buffer.from(value).toString('base64')}`
}

function generalizedTime(time: number): string {
  return `${new Date(time).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
}
