import type { Diagnostic, DiagnosticContext } from '../diagnostics/diagnostic.ts'
import type { Duration } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import type { AccountInput } from './account.ts'
import type { LoginAttempt } from './login-attempt.ts'
import { accepted, type Outcome, unknown } from './outcome.ts'

/**
 * A place where accounts live and passwords are checked. Built in for SQL; anybody's own in five lines
 * with {@link defineUserSource}. Whoever implements it runs `userSourceContract` of `ostiary/testing/contracts`.
 */
export interface UserSource extends SourceRules {
  /** Small letters, digits, `-` and `_`. It is the first half of every identity `source:id`: never change it. */
  readonly name: string

  /**
   * Whether several machines can share what it keeps: false for a file or the memory of one machine. `createAuth` warns
   * where sessions are shared and users are not. Default: it does not say.
   */
  readonly shared?: boolean

  /**
   * Says whether this is who they claim to be. Must take about as long for a name that it does not know as for a
   * wrong password. May be asked many times at once. `signal` fires when the deadline has passed: an answer after
   * that is thrown away. What it throws counts as `unavailable`.
   */
  authenticate(attempt: LoginAttempt, signal: AbortSignal): Promise<Outcome>

  /**
   * Says whether it has no room for one more login, where `logins` are under way that may still ask it. When one source
   * says so, the login is refused whole, before any source is asked. Why: otherwise a flood that fills one source would
   * have the others judge passwords in what looks like an outage.
   */
  isBusy?(logins: number): boolean

  /**
   * Says how an account stands now, without a password: `accepted` with its present roles, `unknown` when it is gone,
   * `blocked` when it may not come in any more. Asked for live sessions at the end of their lease and whenever the
   * account changed. A source without it keeps sessions as they were at login until they expire.
   */
  lookup?(accountId: string, signal: AbortSignal): Promise<Outcome>

  /**
   * Returns the id of the account that a user name finds, as it is typed at login; undefined when nobody has that name.
   * Asked by the command line, so that `ostiary disable ldap:Anna` reaches the account whose id is `anna`. What it
   * throws counts as an outage. Without it, the command line asks `lookup` for the usual spellings of the name.
   */
  findId?(username: string, signal: AbortSignal): Promise<string | undefined>

  /**
   * Inspects itself for an operator, as far as that takes nobody's password: whether it answers, whether certificates
   * end soon, whether what the configuration names is there. Asked by `ostiary sources check`, also when `ready` has
   * failed. What it throws counts as a finding, an error. Findings are shown to operators, and so hold no secrets.
   */
  check?(inspection: DiagnosticContext): AsyncIterable<Diagnostic>

  /** Makes ready: opens, migrates. Called once, before the application serves; a rejection stops the start. */
  ready?(): Promise<void>

  /** Lets go of what it holds. */
  close?(): Promise<void>
}

/** The rules by which the source chain treats a source. */
export interface SourceRules {
  /** Names typed as `name@realm` or `REALM\name` are asked of the sources of that realm alone, as `name`. Case does not matter. */
  readonly realm?: string
  /** When it rejects a password, nobody after it is asked. Default: false. */
  readonly authoritative?: boolean
  /** The reaction of the chain to an outage: ask the next source (default), or stop there. */
  readonly onUnavailable?: 'continue' | 'stop'
  /** The deadline for an answer. Default: the one of `createAuth`, or 5 s. */
  readonly deadline?: Duration
}

/**
 * Makes a source out of a function that returns an account, or null when the name or the password is wrong.
 *
 * ```ts
 * import { defineUserSource } from 'ostiary'
 *
 * const kiosk = defineUserSource('kiosk', async ({ username, password }) =>
 *   username === 'kiosk' && password === process.env.KIOSK_PIN ? { name: 'kiosk', roles: ['Viewer'] } : null,
 * )
 * ```
 *
 * The function may return an outcome instead, to tell `rejected`, `blocked` and `unavailable` apart.
 *
 * @throws {ConfigurationError} when the name cannot name a source.
 */
export function defineUserSource(
  name: string,
  authenticate: (attempt: LoginAttempt, signal: AbortSignal) => Promise<AccountInput | Outcome | null>,
  rules: SourceRules & Pick<UserSource, 'lookup' | 'findId' | 'check' | 'ready' | 'close'> = {},
): UserSource {
  assertSourceName(name)
  if (typeof authenticate !== 'function')
    throw new ConfigurationError(`The source "${name}" needs a function that authenticates.`)
  return Object.freeze({
    ...rules,
    name,
    async authenticate(attempt: LoginAttempt, signal: AbortSignal): Promise<Outcome> {
      const answer = await authenticate(attempt, signal)
      if (answer === null || answer === undefined) return unknown()
      return 'outcome' in answer ? answer : accepted(answer)
    },
  })
}

/** @throws {ConfigurationError} when a source cannot have this name. */
export function assertSourceName(name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[a-z][a-z0-9_-]{0,31}$/.test(name)) return
  throw new ConfigurationError(
    `A source cannot be called ${JSON.stringify(name)}: 1 to 32 small letters, digits, "-" and "_", a letter first.`,
  )
}
