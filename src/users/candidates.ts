// Which sources a login asks, and in what order.
import type { HomeSources } from './home-sources.ts'
import type { LoginAttempt } from './login-attempt.ts'
import type { UserSource } from './user-source.ts'
import { formerUsername, storedUsername } from './username.ts'

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

/** A name by which a home source is found. */
export interface NameWithHome {
  readonly name: string
  /** Whether a login under the name records a home. */
  readonly records: boolean
}

/**
 * The name whose home counts for what was typed. Undefined for a name that nobody can have: no source will know it.
 *
 * A name with characters that show nothing counts as the name that is left without them, and records no home. Why: a
 * source that takes them off would know the person, and the home of the name would not.
 */
export function nameWithHome(username: string): NameWithHome | undefined {
  const name = storedName(username)
  if (name !== undefined) return { name, records: true }
  const visible = storedName(username.replace(INVISIBLE, '').trim())
  return visible === undefined ? undefined : { name: visible, records: false }
}

function storedName(username: string): string | undefined {
  try {
    return storedUsername(username)
  } catch {
    return undefined
  }
}

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/**
 * The home source of a name, and whether it has yet to be recorded under that name.
 *
 * A name without one takes that which version 0.1.0 recorded under its own form of the name. Why: `kırım` has long been
 * at home where `kirim` is, as one name, and an outage of that source must not let a namesake in.
 */
export async function findHome(
  homes: Pick<HomeSources, 'find'>,
  name: string,
): Promise<{ readonly home: string | undefined; readonly isRecorded: boolean }> {
  const home = await homes.find(name)
  if (home !== undefined) return { home, isRecorded: true }
  const former = formerUsername(name)
  return { home: former === undefined ? undefined : await homes.find(former), isRecorded: false }
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
