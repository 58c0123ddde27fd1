import { firstPairOf } from '../../ldap/syntax/distinguished-name.ts'
import type { LdifValues } from './ldif-entries.ts'

/**
 * Returns the user name of an entry: of `uid`, `sAMAccountName`, or `cn` where there is a password. Empty for an entry
 * that is no account. Several names when the right one is unclear.
 *
 * Among several values, the one in the entry's own dn counts. Why: a user who may add a value could otherwise take the
 * name of another user.
 */
export function namesOf(values: LdifValues, hasPassword: boolean): readonly string[] {
  for (const attribute of ['uid', 'samaccountname', ...(hasPassword ? ['cn'] : [])]) {
    const all = values.get(attribute) ?? []
    const plain = all.filter(({ hasOptions }) => !hasOptions)
    const names = [...new Set((plain.length > 0 ? plain : all).map(({ text }) => text))]
    if (names.length > 1) {
      const own = nameInDn(values.get('dn')?.[0]?.text ?? '', attribute)
      const named = names.filter((name) => name.toLowerCase() === own?.toLowerCase())
      return named.length === 1 ? named : names
    }
    if (names.length === 1) return names
  }
  return []
}

function nameInDn(dn: string, attribute: string): string | undefined {
  const first = firstPairOf(dn)
  return first?.type === attribute ? first.value : undefined
}
