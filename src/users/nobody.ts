import { randomBytes } from 'node:crypto'
import { LoginAttempt } from './login-attempt.ts'
import type { Outcome } from './outcome.ts'

/**
 * Makes a name that nobody has ever heard of. It has 12 characters. Why: SAP's names have no more, and a source that
 * refuses a name by itself tells nothing of an outage.
 */
export function nobodysName(): string {
  return `nobody${randomBytes(3).toString('hex')}`
}

/**
 * Makes an attempt of nobody, with a made-up password, that comes from where the given one does. Further fields are there,
 * but empty: they may be secrets.
 */
export function asNobody({ fields, request }: LoginAttempt): LoginAttempt {
  const username = nobodysName()
  const password = randomBytes(12).toString('base64url')
  const blank = Object.fromEntries(Object.keys(fields).map((name) => [name, '']))
  return new LoginAttempt({ username, password, fields: { ...blank, username, password }, request })
}

/**
 * Refuses a name or a password that a source cannot be asked about: asks for nobody, and answers with the refusal unless
 * that shows an outage. Why: a refusal without a question would tell, while the source is down, which names are known
 * elsewhere.
 */
export async function refuseAsNobody(
  refusal: Outcome,
  attempt: LoginAttempt,
  ask: (attempt: LoginAttempt) => Promise<Outcome>,
): Promise<Outcome> {
  const answer = await ask(asNobody(attempt))
  return answer.outcome === 'unavailable' ? answer : refusal
}
