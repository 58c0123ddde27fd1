import type { InspectOptions, inspect } from 'node:util'
import type { RequestContext } from '../request-context.ts'

// Known by its name, as Node documents it: to import `node:util` for it loads much that nothing else here needs.
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom')

/**
 * An attempt to sign in. Logging, inspecting and JSON show only the user name.
 *
 * `password` is the typed text, unchanged: it may be empty, and may hold any character.
 *
 * ```ts
 * import { LoginAttempt, type UserSource } from 'ostiary'
 *
 * export function tryOut(source: UserSource) {
 *   const attempt = new LoginAttempt({ username: 'anna', password: 'nine purple lanterns' })
 *   return source.authenticate(attempt, AbortSignal.timeout(2_000))
 * }
 * ```
 */
export class LoginAttempt {
  readonly username: string
  // Private, not only left out of `toJSON`: `console.dir`, for one, shows whatever properties it finds.
  readonly #password: string
  readonly #fields: Readonly<Record<string, string>>
  readonly #request: RequestContext

  constructor(attempt: LoginAttemptInput) {
    this.username = attempt.username
    this.#password = attempt.password
    this.#fields = attempt.fields ?? { username: attempt.username, password: attempt.password }
    this.#request = attempt.request ?? NO_REQUEST
  }

  get password(): string {
    return this.#password
  }

  /** Every field of the form that was submitted, `username` and `password` included. */
  get fields(): Readonly<Record<string, string>> {
    return this.#fields
  }

  get request(): RequestContext {
    return this.#request
  }

  /** The same attempt under another user name, such as one without its realm. */
  withUsername(username: string): LoginAttempt {
    return new LoginAttempt({ username, password: this.password, fields: this.fields, request: this.request })
  }

  /** Returns the user name only. Why: an attempt may be logged. */
  toJSON(): { username: string } {
    return { username: this.username }
  }

  [INSPECT](_depth: number, _options: InspectOptions, show: typeof inspect): string {
    return `LoginAttempt ${show(this.toJSON())}`
  }
}

/** The parts of an attempt. Without `fields` there are just the two; without `request` it comes from nowhere, as in a test. */
export interface LoginAttemptInput {
  readonly username: string
  readonly password: string
  readonly fields?: Readonly<Record<string, string>>
  readonly request?: RequestContext
}

const NO_REQUEST: RequestContext = Object.freeze({
  method: 'POST',
  path: '/',
  query: '',
  headers: Object.freeze({}),
  https: true,
  host: '',
  clientAddress: '',
  requestId: undefined,
})
