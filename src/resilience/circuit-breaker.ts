/**
 * When a circuit opens, and what closes it.
 *
 * Why not a library: cockatiel reads the system clock, and lets callers wait while one trial is under way. opossum
 * works with timers and percentages, and an old answer closes it. Here the clock is injected, no timer is left running,
 * and the state is read at any moment.
 */
export interface CircuitPolicy<A = unknown> {
  /** How many failures in a row open the circuit. */
  readonly failures: number
  /** Milliseconds for which the circuit stays open after the last failure that counted. */
  readonly openMs: number
  /**
   * What ends the open state. `trial`: when the time is over, one question at a time is asked, and the first success
   * closes the circuit. `time`: when the time is over, all questions are asked again, and one more failure opens it.
   */
  readonly closedBy: 'trial' | 'time'
  /** Tells whether an answer is a failure. Default: only what is thrown is one. */
  readonly isFailure?: (answer: A) => boolean
  /** Tells whether a failure counts. Default: every failure does. */
  readonly counts?: (failure: Failure) => boolean
}

/** One question that failed. */
export interface Failure {
  /** Milliseconds that the question took. */
  readonly ms: number
  /** True when the circuit was open at the end of the question. */
  readonly whileOpen: boolean
}

/** `closed`: all questions are asked. `open`: none is. `probing`: one is asked, as a trial. */
export type CircuitState = 'closed' | 'open' | 'probing'

/** Keeps callers from waiting, one after the other, for somebody who does not answer. */
export interface CircuitBreaker<A = unknown> {
  /**
   * Asks, and notes whether that failed. What the question throws is thrown on.
   *
   * @throws {CircuitOpenError} at once, while the circuit is open.
   */
  ask<T extends A>(question: () => Promise<T>): Promise<T>
  readonly state: CircuitState
}

/** The question was not asked. */
export class CircuitOpenError extends Error {
  constructor() {
    super('not asked: it did not answer the last times, and is tried again in a few seconds')
  }
}

/** @param now - milliseconds; a clock that is set back does not keep the circuit open for longer */
export function createCircuitBreaker<A = unknown>(
  policy: CircuitPolicy<A>,
  now: () => number = () => performance.now(),
): CircuitBreaker<A> {
  const { openMs, closedBy, isFailure = () => false, counts = () => true } = policy
  let failures = 0
  let openUntil = 0
  let probing = false

  function isResting(): boolean {
    const wait = openUntil - now()
    return wait > 0 && wait <= openMs
  }

  function isOpen(): boolean {
    return failures >= policy.failures && (closedBy === 'trial' || isResting())
  }

  function succeed(): void {
    if (closedBy === 'trial' || !isResting()) failures = 0
  }

  function fail(askedAt: number): void {
    if (!counts({ ms: now() - askedAt, whileOpen: isOpen() })) return
    failures += 1
    openUntil = now() + openMs
  }

  async function askAndNote<T extends A>(question: () => Promise<T>): Promise<T> {
    const askedAt = now()
    try {
      const answer = await question()
      if (isFailure(answer)) fail(askedAt)
      else succeed()
      return answer
    } catch (error) {
      fail(askedAt)
      throw error
    }
  }

  return {
    get state() {
      if (!isOpen()) return 'closed'
      return probing ? 'probing' : 'open'
    },

    async ask(question) {
      if (!isOpen()) return askAndNote(question)
      if (probing || isResting()) throw new CircuitOpenError()
      probing = true
      try {
        return await askAndNote(question)
      } finally {
        probing = false
      }
    },
  }
}
