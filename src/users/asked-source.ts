import { withDeadline } from '../resilience/deadline.ts'
import type { LoginAttempt } from './login-attempt.ts'
import { asNobody } from './nobody.ts'
import { accepted, type Outcome, unavailable, unknown } from './outcome.ts'
import { createSourceBreaker, type SourceBreaker } from './source-breaker.ts'
import type { UserSource } from './user-source.ts'

/** A source as the chain asks it: within its deadline, through a circuit breaker, and never with an exception. */
export interface AskedSource {
  readonly source: UserSource
  readonly circuit: SourceBreaker
  /** Whether it could not answer the last time that it was asked. */
  readonly isDown: boolean
  /** Whether it has no room for one more login. */
  isBusy(): boolean
  /** Says that a login may ask it. Returns how to say that it will not, or has. */
  expect(): () => void
  authenticate(attempt: LoginAttempt): Promise<Outcome>
  /**
   * Asks for somebody that nobody has ever heard of, with a password that was made up: takes the time, and tells of an
   * outage, as if it was asked for an unknown name. It learns nothing of the attempt but where it came from.
   */
  askForNobody(attempt: LoginAttempt): Promise<Outcome>
  /** Whether it still cannot answer. Those who want to know at once share a question. */
  isStillDown(attempt: LoginAttempt): Promise<boolean>
  /** Null when it cannot tell without a password. */
  lookup(accountId: string): Promise<Outcome> | null
}

export function askedSource(source: UserSource, deadlineMs: number): AskedSource {
  const circuit = createSourceBreaker()
  let isDown = false
  let expected = 0
  let probe: Promise<boolean> | undefined

  const ask = (question: (signal: AbortSignal) => Promise<Outcome> | undefined, shows?: (answer: Outcome) => boolean) =>
    circuit.ask(() => answerWithin(deadlineMs, question), shows)

  /**
   * An outage ends with an answer that `shows` it. Why not with any: sources refuse impossible names and passwords by
   * themselves, and a stranger who types one shall not make a source that is down look as if it was up.
   */
  async function askAbout(attempt: LoginAttempt, shows: (answer: Outcome) => boolean): Promise<Outcome> {
    const answer = await ask((signal) => source.authenticate(attempt, signal), shows)
    if (answer.outcome === 'unavailable') isDown = true
    else if (shows(answer)) isDown = false
    return answer
  }

  const authenticate = (attempt: LoginAttempt) => askAbout(attempt, ({ outcome }) => outcome === 'accepted')
  const askForNobody = (attempt: LoginAttempt) => askAbout(asNobody(attempt), () => true)

  async function stillDown(attempt: LoginAttempt): Promise<boolean> {
    try {
      return (await askForNobody(attempt)).outcome === 'unavailable'
    } finally {
      probe = undefined
    }
  }

  return {
    source,
    circuit,
    get isDown() {
      return isDown || circuit.state !== 'closed'
    },
    isBusy() {
      try {
        return source.isBusy?.(expected) === true
      } catch {
        // It says what is wrong with it when it is asked.
        return false
      }
    },
    expect() {
      expected += 1
      let isOver = false
      return () => {
        if (!isOver) expected -= 1
        isOver = true
      }
    },
    authenticate,
    askForNobody,
    isStillDown(attempt) {
      probe ??= stillDown(attempt)
      return probe
    },
    lookup: (accountId) => (source.lookup ? ask((signal) => source.lookup?.(accountId, signal)) : null),
  }
}

/** Whatever goes wrong in a source is an outage of that source: a throw, an answer that is none, or no answer in time. */
async function answerWithin(
  milliseconds: number,
  ask: (signal: AbortSignal) => Promise<Outcome> | undefined,
): Promise<Outcome> {
  try {
    return checkedOutcome(await withDeadline({ ms: milliseconds }, ask))
  } catch (cause) {
    return unavailable(cause)
  }
}

/** @throws {TypeError} when a source answers with something that is no outcome, or accepts what is no account. */
function checkedOutcome(answer: Outcome | undefined): Outcome {
  switch (answer?.outcome) {
    case 'accepted':
      return accepted(answer.account)
    case 'unknown':
      return unknown()
    case 'rejected':
    case 'blocked':
    case 'unavailable':
      return answer
    default:
      throw new TypeError('the source answered with something that is no outcome')
  }
}
