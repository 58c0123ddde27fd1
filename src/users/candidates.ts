// Which sources a login asks, and in what order.
import type { LoginAttempt } from './login-attempt.ts'
import type { UserSource } from './user-source.ts'
import { canonicalUsername } from './username.ts'

/** `name@realm` and `REALM\name` go to the sources of that realm, without it. A realm that nobody has is part of the name. */
export function chooseByRealm<T extends { source: UserSource }>(attempt: LoginAttempt, ordered: readonly T[]) {
  const match =
    /^(?<realm>[^\\]+)\\(?<name>.+)$/s.exec(attempt.username) ?? /^(?<name>.+)@(?<realm>[^@]+)$/s.exec(attempt.username)
  const { realm, name } = match?.groups ?? {}
  const candidates =
    realm === undefined ? [] : ordered.filter(({ source }) => source.realm?.toLowerCase() === realm.toLowerCase())
  return name !== undefined && candidates.length > 0
    ? { attempt: attempt.withUsername(name), candidates }
    : { attempt, candidates: ordered }
}

/** Undefined for a name that nobody can have: no source will know it. */
export function nameWithHome(username: string): string | undefined {
  try {
    return canonicalUsername(username)
  } catch {
    return undefined
  }
}

/** A home that is configured no more is no home: the others are asked in their order. */
export function homeFirst<T extends { source: UserSource }>(
  candidates: readonly T[],
  home: string | undefined,
): readonly T[] {
  if (home === undefined) return candidates
  return [
    ...candidates.filter(({ source }) => source.name === home),
    ...candidates.filter(({ source }) => source.name !== home),
  ]
}
