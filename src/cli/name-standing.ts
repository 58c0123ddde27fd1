import type { UserSource } from '../index.ts'
import type { LoadedAuth } from './load-auth.ts'
import { type Spelling, spellId } from './spell-id.ts'

interface NameStanding {
  /** `silent`: unknown to us, because a source cannot look up users without a password. */
  readonly standing: Spelling['standing']
  /** The reason why a source cannot be asked. */
  readonly reason?: string
}

/**
 * Asks every source, or the named one, whether it knows a user name as typed at login. The name is `unknown` when all
 * of these sources say so.
 */
export async function nameStanding(username: string, { auth }: LoadedAuth, only?: string): Promise<NameStanding> {
  const sources = auth.sources.filter(({ name }) => only === undefined || name === only)
  const asked = await Promise.all(sources.map((source) => spellId(source, withoutRealm(username, source))))
  const inOrder = ['known', 'down', 'silent', 'unknown'].map((wanted) =>
    asked.find(({ standing }) => standing === wanted),
  )
  return inOrder.find((each) => each !== undefined) ?? { standing: 'silent' }
}

/** Removes the realm from `name@realm` and `REALM\name`, for a source of this realm. */
function withoutRealm(username: string, { realm }: UserSource): string {
  const [, before, name] = /^([^\\]+)\\(.+)$/s.exec(username) ?? []
  if (name !== undefined && before?.toLowerCase() === realm?.toLowerCase()) return name
  const [, rest, after] = /^(.+)@([^@]+)$/s.exec(username) ?? []
  return rest !== undefined && after?.toLowerCase() === realm?.toLowerCase() ? rest : username
}
