import type { RequestContext } from '../request-context.ts'
import type { SealedSession, Session } from '../sessions/session.ts'
import type { User } from '../users/user.ts'
import type { LoginForm } from './login-form.ts'
import type { ProvedLogin } from './login-step.ts'

/** The end of a login. The reason stands in the audit alone. Why: an attacker must not learn it. */
export type LoginResult =
  | SignedIn
  /** The password was right, and one more step is needed. There is no session yet. */
  | StepRequired
  | { readonly outcome: 'refused' }
  /** The password was right, and the user has as many sessions as are allowed. */
  | { readonly outcome: 'too-many-sessions' }
  /**
   * The login failed while a source that might have accepted was unavailable. Leaves open whether the password was
   * right. `answered` when another source was asked, and refused.
   */
  | { readonly outcome: 'unavailable'; readonly answered?: true }
  /** There were too many attempts. The sources stay unasked, so that the answer is the same for unknown accounts. */
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

/** A session has started. */
export interface SignedIn extends SealedSession {
  readonly outcome: 'signed-in'
  readonly user: User
  /** The sealed device cookie, by which the throttle recognises the browser. */
  readonly device?: string
  /** The path where the browser is led, as the first request of the login gave it. */
  readonly next?: string | undefined
}

/** A login waits for one more step. */
export interface StepRequired {
  readonly outcome: 'step-required'
  /** The name of the step, such as `second-factor`. */
  readonly step: string
  /** The path of the page of the step, below the prefix of the login endpoints. */
  readonly path: string
  /** The secret by which the browser continues the login. */
  readonly token: string
}

/** Signs users in and out, in every framework. */
export interface Login {
  /**
   * Asks the sources, and starts a new session when one of them accepts. The former session of the browser ends with
   * the login (OWASP ASVS 5.0, 7.2.4).
   *
   * @throws {CookieTooLargeError} when the account is too large for a cookie.
   */
  signIn(form: LoginForm, context: RequestContext, before: Session | null): Promise<LoginResult>
  /**
   * Ends the session. When the promise resolves, the cookie is refused.
   *
   * @throws {SessionUnavailableError} when the session store fails to answer: the session may live on.
   */
  signOut(session: Session, context: RequestContext): Promise<void>
}

/** The ways of signing in that extensions use, beside the password. */
export interface ExtensionLogin {
  /**
   * Signs in a user whose identity an extension has proved. Further steps are asked for as after a password.
   *
   * @throws {CookieTooLargeError} when the account is too large for a cookie.
   */
  signInProved(login: ProvedLogin, context: RequestContext, before: Session | null): Promise<LoginResult>
  /** Resolves to the login that waits for a step, by its token. */
  pending(token: string): Promise<ProvedLogin | undefined>
  /** Continues a login, once, after its step was done with `method`. Refused when the token is unknown or used. */
  continueSignIn(token: string, method: string, context: RequestContext, before: Session | null): Promise<LoginResult>
  /**
   * Checks a password without a session, as a login does: the attempt counts. For credentials that come with every
   * request. `presentUser` tells whether the account may come in.
   */
  checkPassword(form: LoginForm, context: RequestContext): Promise<PasswordCheck>
  /** Adds a method to a live session. A new session replaces it. The time of the login stays. */
  strengthen(session: Session, method: string, context: RequestContext): Promise<LoginResult>
}

/** The end of {@link ExtensionLogin.checkPassword}. */
export type PasswordCheck =
  | { readonly outcome: 'accepted'; readonly userId: string; readonly revision: number }
  | { readonly outcome: 'refused' | 'unavailable' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
