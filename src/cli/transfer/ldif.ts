import type { TransferUser } from '../../index.ts'
import { type LdifEntry, readLdifEntries } from './ldif-entries.ts'
import type { ReadUser } from './user-feed.ts'

/** The people of an LDIF file. Entries that are nobody's, such as units and groups, are counted and passed over. */
export function ldifReader() {
  let passedOver = 0
  return {
    async *read(bytes: AsyncIterable<Buffer>): AsyncGenerator<ReadUser> {
      for await (const entry of readLdifEntries(bytes, WANTED)) {
        const read = readEntry(entry)
        if (read) yield read
        else if ('values' in entry && entry.values.has('dn')) passedOver += 1
      }
    },
    remark: () =>
      passedOver > 0 ? `${passedOver} entries are no accounts, such as groups, and were passed over.` : undefined,
  }
}

const WANTED = new Set([
  'dn',
  'changetype',
  'objectclass',
  'uid',
  'samaccountname',
  'cn',
  'displayname',
  'description',
  'userpassword',
  'memberof',
  'mail',
  'createtimestamp',
  'nsaccountlock',
  'pwdaccountlockedtime',
  'useraccountcontrol',
])

type Values = ReadonlyMap<string, readonly string[]>

function readEntry(entry: LdifEntry): ReadUser | undefined {
  if ('reason' in entry) return entry
  const { at, values } = entry
  const changetype = first(values, 'changetype') ?? 'add'
  if (changetype.toLowerCase() !== 'add') return { at, reason: 'it is a change, and not an entry' }
  const passwords = values.get('userpassword') ?? []
  const username = usernameOf(values, passwords.length > 0)
  if (username === undefined) return undefined
  if (passwords.length > 1) return { at, reason: 'it has several passwords' }
  return { at, user: toUser(values, username, passwords[0]) }
}

function first(values: Values, attribute: string): string | undefined {
  return values.get(attribute)?.[0]
}

/** Undefined for what is no account. */
function usernameOf(values: Values, hasPassword: boolean): string | undefined {
  const classes = values.get('objectclass') ?? []
  if (classes.some((name) => /group|^computer$/i.test(name))) return undefined
  return first(values, 'uid') ?? first(values, 'samaccountname') ?? (hasPassword ? first(values, 'cn') : undefined)
}

function toUser(values: Values, username: string, passwordHash: string | undefined): TransferUser {
  const description = ['description', 'displayname', 'cn'].map((name) => first(values, name)).find(Boolean)
  const groups = values.get('memberof')
  const mail = first(values, 'mail')
  const disabled = isDisabled(values)
  const createdAt = generalizedTime(first(values, 'createtimestamp'))
  return {
    username,
    ...(passwordHash !== undefined && { passwordHash }),
    ...(description !== undefined && { description }),
    ...(groups && { roles: [...new Set(groups.map(commonName))] }),
    ...(mail !== undefined && { properties: { email: mail } }),
    ...(disabled !== undefined && { disabled }),
    ...(createdAt !== undefined && { createdAt }),
  }
}

/** The first value of a distinguished name (RFC 4514): `Editors` of `cn=Editors,ou=groups,dc=example,dc=org`. */
function commonName(dn: string): string {
  const [, value = ''] = /^[^=]+= *((?:\\.|[^,+\\])*)/s.exec(dn) ?? []
  return value
    .trim()
    .replace(/(?:\\[0-9a-f]{2})+/gi, (pairs) => Buffer.from(pairs.replaceAll('\\', ''), 'hex').toString())
    .replace(/\\(.)/gs, '$1')
}

/** As 389 Directory Server, OpenLDAP's password policy and Active Directory say it. Undefined when nothing does. */
function isDisabled(values: Values): boolean | undefined {
  const lock = first(values, 'nsaccountlock')
  const lockedAt = first(values, 'pwdaccountlockedtime')
  const control = first(values, 'useraccountcontrol')
  if (lock === undefined && lockedAt === undefined && control === undefined) return undefined
  return lock?.toLowerCase() === 'true' || lockedAt === FOR_GOOD || (Number(control ?? 0) & ACCOUNTDISABLE) !== 0
}

const FOR_GOOD = '000001010000Z'
const ACCOUNTDISABLE = 2

/** RFC 4517, section 3.3.13, as directories write it. */
function generalizedTime(text: string | undefined): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text ?? '') ?? []
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at) ? undefined : at
}
