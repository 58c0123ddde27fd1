import type { RequestContext } from '../request-context.ts'
import type { Account, JsonValue } from '../users/account.ts'
import type { Trail } from '../users/chain-result.ts'
import type { User } from '../users/user.ts'

/** A login whose identity is proved, before a session starts. */
export interface ProvedLogin {
  readonly source: string
  readonly account: Account
  /** The revision of the session store from before the proof. Later revocations of the user make the login void. */
  readonly revision: number
  /** True when the session is to outlive the browser. */
  readonly persistent: boolean
  /** The methods by which the identity was proved, each with its time in milliseconds since 1970-01-01 UTC. */
  readonly methods: Readonly<Record<string, number>>
  /** The path where the browser is led afterwards, as the request gave it. */
  readonly next?: string | undefined
  /** The name as it was typed, for the throttle. */
  readonly username?: string | undefined
  /** The session that the new one replaces without being a new login: its time and its end stay. */
  readonly continues?: { readonly startedAt: number; readonly expiresAt: number } | undefined
  /** The extension that proved the identity, and what it wants to know when the session starts. */
  readonly origin?: { readonly extension: string; readonly data: JsonValue } | undefined
  readonly trail?: Trail | undefined
}

/** The user whose login a step looks at. */
export interface StepSubject {
  /** The user as the session would have it. */
  readonly user: User
  readonly methods: ProvedLogin['methods']
  readonly request: RequestContext
}

/**
 * One more step between the proof of the identity and the start of the session, such as a second factor.
 *
 * A login that has still a step to go is no session: the browser only gets a short-lived cookie with a random token.
 */
export interface LoginStep {
  /** The method that the step adds to the login: `second-factor`. */
  readonly name: string
  /** The path of the page that asks for the step, below the prefix of the login endpoints: `/second-factor`. */
  readonly path: string
  /**
   * Tells whether this login needs the step. Asked again after each step. When the promise rejects, the login ends
   * with 503: nobody gets in without the step.
   */
  isRequired(subject: StepSubject): Promise<boolean>
  /**
   * Tells whether the user has what the step asks for. Of several steps with one name, the browser is led to the first
   * one whose user has it.
   */
  has?(userId: string): Promise<boolean>
}
