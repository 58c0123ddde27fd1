import { type Duration, toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { Account } from './account.ts'
import type { LoginAttempt } from './login-attempt.ts'
import { accepted, type Outcome, unavailable, unknown } from './outcome.ts'
import { splitUserId } from './user.ts'
import { assertSourceName, type UserSource } from './user-source.ts'

/** How a login ended, with the trail of every source that was asked. The trail is for the audit, never for the browser. */
export type ChainResult =
  | { readonly outcome: 'accepted'; readonly source: string; readonly account: Account; readonly trail: Trail }
  | { readonly outcome: 'refused'; readonly trail: Trail }
  | { readonly outcome: 'unavailable'; readonly trail: Trail }

/** One step for each source that was asked, in that order. */
export type Trail = readonly TrailStep[]

/** What one source answered, and how long it took. */
export interface TrailStep {
  readonly source: string
  readonly outcome: Outcome['outcome']
  /** Why it was blocked or unavailable. */
  readonly reason?: string
  readonly milliseconds: number
}

/** The ordered sources, and the rules for going from one to the next. */
export interface SourceChain {
  readonly sources: readonly UserSource[]
  authenticate(attempt: LoginAttempt): Promise<ChainResult>
  /** How the account behind an identity stands now, or null when its source cannot tell without a password. */
  lookup(userId: string): Promise<Outcome | null>
  hasSource(name: string): boolean
}

/**
 * Puts sources in order.
 *
 * An outage is not an answer: when nobody accepted and a source could not be reached, the login ends `unavailable`
 * rather than `refused`, so that a directory that is down never looks like a wrong password.
 *
 * While `onlyOneAsked` is given, it answers every login; the others still say how their accounts stand.
 *
 * @throws {ConfigurationError} when two sources share a name, or one of them is no source.
 */
export function createSourceChain(
  sources: readonly UserSource[],
  defaultDeadline: Duration = '5s',
  onlyOneAsked?: UserSource,
): SourceChain {
  if (!Array.isArray(sources))
    throw new ConfigurationError('The sources of createAuth() are a list, asked in its order.')
  const byName = new Map<string, { source: UserSource; deadline: number }>()
  const fallbackMs = toMilliseconds(defaultDeadline, 'sourceDeadline')
  for (const source of onlyOneAsked ? [onlyOneAsked, ...sources] : (sources as readonly UserSource[])) {
    assertSource(source)
    if (byName.has(source.name))
      throw new ConfigurationError(`Two sources are called "${source.name}". Give each a name of its own.`)
    byName.set(source.name, {
      source,
      deadline: Math.min(
        source.deadline === undefined
          ? fallbackMs
          : toMilliseconds(source.deadline, `The deadline of "${source.name}"`),
        LONGEST_TIMER_MS,
      ),
    })
  }
  const ordered = [...byName.values()]

  return {
    sources: Object.freeze(ordered.map(({ source }) => source)),
    hasSource: (name) => byName.has(name),

    async authenticate(submitted) {
      const { attempt, candidates } = onlyOneAsked
        ? { attempt: submitted, candidates: ordered.slice(0, 1) }
        : chooseByRealm(submitted, ordered)
      const trail: TrailStep[] = []
      for (const { source, deadline } of candidates) {
        const startedAt = performance.now()
        const answer = await answerWithin(deadline, (signal) => source.authenticate(attempt, signal))
        trail.push(trailStep(source, answer, performance.now() - startedAt))

        if (answer.outcome === 'accepted')
          return { outcome: 'accepted', source: source.name, account: answer.account, trail }
        // The person lives here and may not come in. A namesake elsewhere is somebody else.
        if (answer.outcome === 'blocked') break
        // An authoritative source speaks for everybody after it: the password is not tried anywhere else.
        if (answer.outcome === 'rejected' && source.authoritative) break
        // Asked to stop: whoever comes next may not stand in for a source that is down.
        if (answer.outcome === 'unavailable' && source.onUnavailable === 'stop') break
      }
      return { outcome: trail.some((step) => step.outcome === 'unavailable') ? 'unavailable' : 'refused', trail }
    },

    async lookup(userId) {
      const { source: name, accountId } = splitUserId(userId)
      const home = byName.get(name)
      if (!home) return unknown()
      const { source, deadline } = home
      return source.lookup ? answerWithin(deadline, (signal) => source.lookup?.(accountId, signal)) : null
    },
  }
}

/** A longer timer of Node's would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** `name@realm` and `REALM\name` go to the sources of that realm, without it. A realm that nobody has is part of the name. */
function chooseByRealm<T extends { source: UserSource }>(attempt: LoginAttempt, ordered: readonly T[]) {
  const match =
    /^(?<realm>[^\\]+)\\(?<name>.+)$/s.exec(attempt.username) ?? /^(?<name>.+)@(?<realm>[^@]+)$/s.exec(attempt.username)
  const { realm, name } = match?.groups ?? {}
  const candidates =
    realm === undefined ? [] : ordered.filter(({ source }) => source.realm?.toLowerCase() === realm.toLowerCase())
  return name !== undefined && candidates.length > 0
    ? { attempt: attempt.withUsername(name), candidates }
    : { attempt, candidates: ordered }
}

/** Whatever goes wrong in a source is an outage of that source: a throw, an answer that is none, or no answer in time. */
async function answerWithin(
  milliseconds: number,
  ask: (signal: AbortSignal) => Promise<Outcome> | undefined,
): Promise<Outcome> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      const cause = new Error(`no answer within ${milliseconds} ms`)
      resolve(unavailable(cause))
      controller.abort(cause)
    }, milliseconds)
  })
  try {
    const answer = await Promise.race([deadline, ask(controller.signal)])
    return checkedOutcome(answer)
  } catch (cause) {
    return unavailable(cause)
  } finally {
    clearTimeout(timer)
  }
}

/** @throws {TypeError} when a source answers with something that is no outcome, or accepts what is no account. */
function checkedOutcome(answer: Outcome | undefined): Outcome {
  switch (answer?.outcome) {
    case 'accepted':
      return accepted(answer.account)
    case 'unknown':
    case 'rejected':
    case 'blocked':
    case 'unavailable':
      return answer
    default:
      throw new TypeError('the source answered with something that is no outcome')
  }
}

function trailStep(source: UserSource, answer: Outcome, milliseconds: number): TrailStep {
  const step = { source: source.name, outcome: answer.outcome, milliseconds: Math.round(milliseconds * 10) / 10 }
  if (answer.outcome === 'blocked') return { ...step, reason: answer.reason }
  if (answer.outcome === 'unavailable') return { ...step, reason: reasonOf(answer.cause) }
  return step
}

function assertSource(source: unknown): asserts source is UserSource {
  const { name, authenticate } = (source ?? {}) as Partial<UserSource>
  assertSourceName(name)
  if (typeof authenticate !== 'function') throw new ConfigurationError(`The source "${name}" has no authenticate().`)
}
