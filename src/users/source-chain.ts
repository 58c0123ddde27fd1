import { type Duration, toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { Account } from './account.ts'
import { chooseByRealm, findHome, homeFirst, nameWithHome } from './candidates.ts'
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'
import type { HomeSourceRule, HomeSources } from './home-sources.ts'
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

/** Whether a source is asked at present: its circuit is `open` for some seconds after it has kept logins waiting. */
export interface SourceCircuit {
  readonly source: string
  readonly circuit: CircuitBreaker['state']
}

/** The ordered sources, and the rules for going from one to the next. */
export interface SourceChain {
  readonly sources: readonly UserSource[]
  authenticate(attempt: LoginAttempt): Promise<ChainResult>
  /** The same for whoever wants to know why: it leaves no trace, not even of a home source. */
  explain(attempt: LoginAttempt): Promise<ChainResult>
  /** Each source, and whether it is asked at present. */
  circuits(): readonly SourceCircuit[]
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
 * A name that is typed without a realm and has a home source is asked there first. While its home is down, nobody else
 * is asked, unless that source says `onUnavailable: 'continue'`: a namesake elsewhere is somebody else.
 *
 * @throws {ConfigurationError} when two sources share a name, or one of them is no source.
 */
export function createSourceChain(
  sources: readonly UserSource[],
  defaultDeadline: Duration = '5s',
  { onlyOneAsked, homeSources, homeSource = 'prefer' }: ChainOptions = {},
): SourceChain {
  if (!Array.isArray(sources))
    throw new ConfigurationError('The sources of createAuth() are a list, asked in its order.')
  const byName = new Map<string, { source: UserSource; deadline: number; circuit: CircuitBreaker }>()
  const fallbackMs = toMilliseconds(defaultDeadline, 'sourceDeadline')
  for (const source of onlyOneAsked ? [onlyOneAsked, ...sources] : (sources as readonly UserSource[])) {
    assertSource(source)
    if (byName.has(source.name))
      throw new ConfigurationError(`Two sources are called "${source.name}". Give each a name of its own.`)
    byName.set(source.name, {
      source,
      circuit: createCircuitBreaker(),
      deadline: Math.min(
        source.deadline === undefined
          ? fallbackMs
          : toMilliseconds(source.deadline, `The deadline of "${source.name}"`),
        LONGEST_TIMER_MS,
      ),
    })
  }
  const ordered = [...byName.values()]

  async function authenticate(submitted: LoginAttempt, records: boolean): Promise<ChainResult> {
    const { attempt, candidates } = onlyOneAsked
      ? { attempt: submitted, candidates: ordered.slice(0, 1) }
      : chooseByRealm(submitted, ordered)
    const trail: TrailStep[] = []
    const hasHome = homeSources && homeSource !== 'ignore' && candidates === ordered
    const name = hasHome ? nameWithHome(attempt.username) : undefined
    let home: string | undefined
    let isRecorded = false
    try {
      if (homeSources && name !== undefined) ({ home, isRecorded } = await findHome(homeSources, name))
    } catch (cause) {
      return { outcome: 'unavailable', trail: [homeUnknown(cause)] }
    }
    for (const { source, deadline, circuit } of homeFirst(candidates, home)) {
      const startedAt = performance.now()
      const answer = await circuit.ask(() => answerWithin(deadline, (signal) => source.authenticate(attempt, signal)))
      trail.push(trailStep(source, answer, performance.now() - startedAt))

      if (answer.outcome === 'accepted') {
        try {
          if (records && name !== undefined && !isRecorded) await homeSources?.record(name, source.name)
        } catch (cause) {
          return { outcome: 'unavailable', trail: [...trail, homeUnknown(cause)] }
        }
        return { outcome: 'accepted', source: source.name, account: answer.account, trail }
      }
      // The person lives here and may not come in. A namesake elsewhere is somebody else.
      if (answer.outcome === 'blocked') break
      // An authoritative source speaks for everybody after it: the password is not tried anywhere else.
      if (answer.outcome === 'rejected' && source.authoritative) break
      // Asked to stop: whoever comes next may not stand in for a source that is down.
      if (answer.outcome === 'unavailable' && source.onUnavailable === 'stop') break
      if (source.name !== home) continue
      // The person's home is down: whoever else knows the name may know somebody else by it.
      if (answer.outcome === 'unavailable' && source.onUnavailable !== 'continue') break
      // The password is tried nowhere but at home.
      if (homeSource === 'only') break
    }
    return { outcome: trail.some((step) => step.outcome === 'unavailable') ? 'unavailable' : 'refused', trail }
  }

  return {
    sources: Object.freeze(ordered.map(({ source }) => source)),
    hasSource: (name) => byName.has(name),

    authenticate: (submitted) => authenticate(submitted, true),
    explain: (submitted) => authenticate(submitted, false),
    circuits: () => ordered.map(({ source, circuit }) => ({ source: source.name, circuit: circuit.state })),

    async lookup(userId) {
      const { source: name, accountId } = splitUserId(userId)
      const home = byName.get(name)
      if (!home) return unknown()
      const { source, deadline, circuit } = home
      if (!source.lookup) return null
      return circuit.ask(() => answerWithin(deadline, (signal) => source.lookup?.(accountId, signal)))
    },
  }
}

interface ChainOptions {
  /** While it is given, it answers every login; the others still say how their accounts stand. */
  readonly onlyOneAsked?: UserSource | undefined
  readonly homeSources?: HomeSources | undefined
  readonly homeSource?: HomeSourceRule | undefined
}

function homeUnknown(cause: unknown): TrailStep {
  return { source: '(home sources)', outcome: 'unavailable', reason: reasonOf(cause), milliseconds: 0 }
}

/** A longer timer of Node's would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

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
