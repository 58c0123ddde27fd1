import type { TransferUser } from '../../index.ts'
import { accountObstacle, OBSTACLE_ATTRIBUTES } from '../../ldap/syntax/account-obstacle.ts'
import { commonNameOf, firstPairOf, isReadableDn } from '../../ldap/syntax/distinguished-name.ts'
import { readGeneralizedTime } from '../../ldap/syntax/generalized-time.ts'
import { isPerson } from './ldif-classes.ts'
import { type LdifEntry, type LdifValues, readLdifEntries } from './ldif-entries.ts'
import { namesOf } from './ldif-names.ts'
import type { ReadUser } from './user-stream.ts'

/**
 * Makes a reader for the users of an LDIF file. Entries of other kinds, such as units and groups, are counted and
 * passed over. Users that the directory would refuse are imported as disabled.
 */
export function ldifReader(now: () => number = Date.now) {
  let passedOver = 0
  const keptOut = new Map<string, number>()

  function toUser(values: LdifValues, username: string, passwordHash: string | undefined): TransferUser {
    const texts = (name: string) => (values.get(name.toLowerCase()) ?? []).map(({ text }) => text)
    const first = (name: string) => texts(name)[0]
    const description = ['description', 'displayname', 'cn'].map(first).find(Boolean)
    const groups = values.has('memberof') ? rolesOf(texts('memberof')) : undefined
    const mail = first('mail')
    const obstacle = accountObstacle({ texts }, now())
    if (obstacle !== undefined) keptOut.set(obstacle, (keptOut.get(obstacle) ?? 0) + 1)
    const createdAt = readGeneralizedTime(first('createtimestamp') ?? '')
    return {
      username,
      ...(passwordHash !== undefined && { passwordHash }),
      ...(description !== undefined && { description }),
      ...(groups && { roles: groups }),
      ...(mail !== undefined && { properties: { email: mail } }),
      ...(OBSTACLE_ATTRIBUTES.some((name) => texts(name).length > 0) && { disabled: obstacle !== undefined }),
      ...(Number.isFinite(createdAt) && { createdAt }),
    }
  }

  function readEntry(entry: LdifEntry): ReadUser | undefined {
    if ('reason' in entry) return entry
    const { at, values } = entry
    const changetype = values.get('changetype')?.[0]?.text ?? 'add'
    if (changetype.toLowerCase() !== 'add') return { at, reason: 'it is a change, and not an entry' }
    if (!isPerson((values.get('objectclass') ?? []).map(({ text }) => text))) return undefined
    const passwords = preferred(values, 'userpassword')
    const names = namesOf(values, passwords.length > 0)
    if (names.length === 0) return undefined
    if (names.length > 1) return { at, reason: 'it has several user names, and none of them is in its dn' }
    if (passwords.length > 1) return { at, reason: 'it has several passwords' }
    if (values.get('memberof')?.some(({ text }) => !isReadableDn(text)))
      return { at, reason: 'memberof: a name in it is no UTF-8' }
    return { at, user: toUser(values, names[0] as string, passwords[0]) }
  }

  return {
    async *read(bytes: AsyncIterable<Buffer>): AsyncGenerator<ReadUser> {
      for await (const entry of readLdifEntries(bytes, WANTED)) {
        const read = readEntry(entry)
        if (read) yield read
        else passedOver += 1
      }
    },
    remark: () => {
      const reasons = [...keptOut].map(([reason, count]) => `${count} × ${reason}`)
      const remarks = [
        passedOver > 0 && `${passedOver} entries are no accounts, such as groups, and were passed over.`,
        reasons.length > 0 && `The directory keeps some of them out, who come in disabled: ${reasons.join(', ')}.`,
      ].filter((each) => each !== false)
      return remarks.length > 0 ? remarks.join(' ') : undefined
    },
  }
}

const WANTED: ReadonlySet<string> = new Set([
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
  ...OBSTACLE_ATTRIBUTES.map((name) => name.toLowerCase()),
])

/** Returns the values without options, or else the values with options. */
function preferred(values: LdifValues, attribute: string): string[] {
  const all = values.get(attribute) ?? []
  const plain = all.filter(({ hasOptions }) => !hasOptions)
  return (plain.length > 0 ? plain : all).map(({ text }) => text)
}

function rolesOf(dns: readonly string[]): string[] {
  return [...new Set(dns.map(roleOf).filter((role) => role !== undefined && role !== ''))] as string[]
}

/**
 * Returns the common name in front of a distinguished name (RFC 4514), or else the first value: `Editors` of
 * `cn=Editors,ou=groups,dc=example,dc=org`. Undefined for FreeIPA's rules, which are named by `ipaUniqueID`, because
 * they are no groups.
 */
function roleOf(dn: string): string | undefined {
  const first = firstPairOf(dn)
  return commonNameOf(dn) ?? (first?.type === 'ipauniqueid' ? undefined : first?.value)
}
