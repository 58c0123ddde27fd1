/**
 * The rules by which a circuit opens and closes.
 *
 * Why ours: cockatiel reads the system clock, and during a trial its callers wait for the end of the trial. opossum
 * runs timers, and opens by the share of failures in a window of time. Both count an outage that is told at once like
 * one that takes 5 s. Here the clock is injected, callers fail at once during a trial, and the policy decides what
 * counts.
 */
export interface CircuitPolicy<A = unknown> {
  /** Failures in a row that open the circuit. */
  readonly failures: number
  /** Milliseconds for which the circuit stays open after the last failure that counted. */
  readonly openMs: number
  /**
   * The way back to the closed state. `trial`: when the time is over, one question at a time is asked, and the first success
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

/** `closed`: all questions are asked. `open`: all fail at once. `probing`: one is asked, as a trial. */
export type CircuitState = 'closed' | 'open' | 'probing'

/** Spares callers the wait, one after the other, for a service that hangs. */
export interface CircuitBreaker<A = unknown> {
  /**
   * Asks, and notes whether that failed. An error of the question is thrown on.
   *
   * @param isProof Tells whether an answer proves that the service works. Default: every answer that is no failure does.
   * An answer without proof changes nothing.
   * @throws {CircuitOpenError} at once, while the circuit is open.
   */
  ask<T extends A>(question: () => Promise<T>, isProof?: (answer: T) => boolean): Promise<T>
  readonly state: CircuitState
}

/** A question that failed at once, because the circuit was open. */
export class CircuitOpenError extends Error {
  constructor() {
    super('not asked: it did not answer the last times, and is tried again in a few seconds')
  }
}

/** @param now - milliseconds. When the clock is set back, the rest of `openMs` is skipped. */
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

  async function askAndNote<T extends A>(
    question: () => Promise<T>,
    isProof: (answer: T) => boolean = () => true,
  ): Promise<T> {
    const askedAt = now()
    try {
      const answer = await question()
      if (isFailure(answer)) fail(askedAt)
      else if (isProof(answer)) succeed()
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

    async ask(question, isProof) {
      if (!isOpen()) return askAndNote(question, isProof)
      if (probing || isResting()) throw new CircuitOpenError()
      probing = true
      try {
        return await askAndNote(question, isProof)
      } finally {
        probing = false
      }
    },
  }
}
