import { LoginAttempt, type Outcome, type UserSource } from 'ostiary'
import { type LdapSourceOptions, ldapSource } from 'ostiary/ldap'
import { onTestFinished } from 'vitest'
import { BASE, passwordOf, SERVICE } from './directory.ts'
import type { OpenLdap } from './open-ldap.ts'

/** A source over a server of the tests, closed when the test is over. */
export function sourceOver(server: OpenLdap, options: Partial<LdapSourceOptions> = {}): UserSource {
  const source = ldapSource({
    url: server.ldaps,
    tls: { caFile: server.caFile },
    base: BASE,
    bind: SERVICE,
    roles: { staff: 'Staff', editors: 'Editor', admins: 'Admin', unique: 'Unique', posix: 'Posix' },
    ...options,
  })
  onTestFinished(() => source.close?.())
  return source
}

export function login(
  to: UserSource,
  username: string,
  password = passwordOf(username),
  signal = AbortSignal.timeout(20_000),
): Promise<Outcome> {
  return to.authenticate(new LoginAttempt({ username, password }), signal)
}

export async function lookup(from: UserSource, id: string): Promise<Outcome | undefined> {
  return from.lookup?.(id, AbortSignal.timeout(20_000))
}
