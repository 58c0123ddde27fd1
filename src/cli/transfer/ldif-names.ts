import { firstPairOf } from '../../ldap/syntax/distinguished-name.ts'
import type { LdifValues } from './ldif-entries.ts'

/**
 * The user name of an entry: of `uid`, `sAMAccountName`, or `cn` where there is a password. Empty for what is no account,
 * and several when it cannot be told which one it is.
 *
 * Of several values, the one in the entry's own dn names it. Why: whoever may add a value could be somebody else by it.
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
