import { type Duration, toMilliseconds } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import { reasonOf } from '../reason-of.ts'
import type { CircuitState } from '../resilience/circuit-breaker.ts'
import { type AskedSource, askedSource } from './asked-source.ts'
import { chooseByRealm, findHome, homeFirst, nameWithHome } from './candidates.ts'
import type { ChainResult, RefusedResult, Trail, TrailStep } from './chain-result.ts'
import type { HomeSourceRule, HomeSources } from './home-sources.ts'
import type { LoginAttempt } from './login-attempt.ts'
import { type Outcome, unavailable, unknown } from './outcome.ts'
import { splitUserId, userId } from './user.ts'
import { assertSourceName, type UserSource } from './user-source.ts'

/** Whether a source is asked at present: its circuit is `open` for some seconds after it has kept logins waiting. */
export interface SourceCircuit {
  readonly source: string
  readonly circuit: CircuitState
}

/** The ordered sources, and the rules for going from one to the next. */
export interface SourceChain {
  readonly sources: readonly UserSource[]
  authenticate(attempt: LoginAttempt): Promise<ChainResult>
  /** The same for whoever wants to know why: it leaves no trace, not even of a home source. */
  explain(attempt: LoginAttempt): Promise<ChainResult>
  /**
   * How the login ends when somebody who was accepted is not let in after all. Asks the sources behind for nobody, so that
   * the end looks like that of a wrong password.
   */
  refuse(attempt: LoginAttempt, accepted: Pick<ChainResult, 'trail'>): Promise<RefusedResult>
  /** Returns true when a source of this attempt failed to answer the last question. Works without I/O. */
  mayBeDown(attempt: LoginAttempt): boolean
  /** Resolves to true when one of those still fails. They are asked for a made-up name. */
  isDown(attempt: LoginAttempt): Promise<boolean>
  /** Each source, and whether it is asked at present. */
  circuits(): readonly SourceCircuit[]
  /** Resolves to the present state of an account, or to null when its source needs a password to tell. */
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
 * Every refusal looks like that of an unknown name. Where the chain ends early, the sources that an unknown name would have
 * reached are asked all the same, for a name and with a password that are made up: while one of them is down, the
 * login ends `unavailable`. A source that has no room for one more login ends it `unavailable` before any is asked.
 *
 * @throws {ConfigurationError} when two sources share a name, or one of them is no source.
 */
export function createSourceChain(
  sources: readonly UserSource[],
  defaultDeadline: Duration = '5s',
  { onlyOneAsked, homeSources, homeSource = 'prefer' }: ChainRules = {},
): SourceChain {
  if (!Array.isArray(sources))
    throw new ConfigurationError('The sources of createAuth() are a list, asked in its order.')
  const byName = new Map<string, AskedSource>()
  const fallbackMs = toMilliseconds(defaultDeadline, 'sourceDeadline')
  for (const source of onlyOneAsked ? [onlyOneAsked, ...sources] : (sources as readonly UserSource[])) {
    assertSource(source)
    if (byName.has(source.name))
      throw new ConfigurationError(`Two sources are called "${source.name}". Give each a name of its own.`)
    const ownMs =
      source.deadline === undefined ? fallbackMs : toMilliseconds(source.deadline, `The deadline of "${source.name}"`)
    byName.set(source.name, askedSource(source, Math.min(ownMs, LONGEST_TIMER_MS)))
  }
  const ordered = [...byName.values()]

  function route(submitted: LoginAttempt): { attempt: LoginAttempt; candidates: readonly AskedSource[] } {
    return onlyOneAsked ? { attempt: submitted, candidates: ordered.slice(0, 1) } : chooseByRealm(submitted, ordered)
  }

  /** Whether nobody else is asked after this answer. */
  function endsHere({ source }: AskedSource, answer: Outcome, home: string | undefined): boolean {
    // The person lives here and may not come in. A namesake elsewhere is somebody else.
    if (answer.outcome === 'blocked') return true
    // An authoritative source speaks for everybody after it: the password is not tried anywhere else.
    if (answer.outcome === 'rejected' && source.authoritative) return true
    // Asked to stop: whoever comes next may not stand in for a source that is down.
    if (answer.outcome === 'unavailable' && source.onUnavailable === 'stop') return true
    if (source.name !== home) return false
    // The person's home is down: whoever else knows the name may know somebody else by it.
    if (answer.outcome === 'unavailable' && source.onUnavailable !== 'continue') return true
    // The password is tried nowhere but at home.
    return homeSource === 'only'
  }

  /**
   * Goes on for nobody where the chain has ended early: asks the sources that an unknown name would have reached.
   * Why: neither the time of a refusal nor an outage further down may tell that somebody lives here.
   */
  async function refuseAfter(
    said: Trail,
    attempt: LoginAttempt,
    candidates: readonly AskedSource[],
  ): Promise<RefusedResult> {
    const trail = [...said]
    const asked = new Map(said.map(({ source, outcome }) => [source, outcome]))
    for (const each of candidates) {
      const { name } = each.source
      // A source may have refused an impossible name or password by itself, and still be down.
      if (!asked.has(name) || (asked.get(name) !== 'unavailable' && each.isDown)) {
        const startedAt = performance.now()
        const answer = await each.askForNobody(attempt)
        asked.set(name, answer.outcome)
        if (answer.outcome === 'unavailable') trail.push(trailStep(each.source, answer, performance.now() - startedAt))
      }
      if (asked.get(name) === 'unavailable' && each.source.onUnavailable === 'stop') break
    }
    return { outcome: trail.some((step) => step.outcome === 'unavailable') ? 'unavailable' : 'refused', trail }
  }

  async function authenticate(submitted: LoginAttempt, records: boolean): Promise<ChainResult> {
    const { attempt, candidates } = route(submitted)
    const busy = candidates.find((each) => each.isBusy())
    if (busy) return { outcome: 'unavailable', trail: [trailStep(busy.source, unavailable(new Error(BUSY)), 0)] }
    const expected = new Map(candidates.map((each) => [each, each.expect()]))
    try {
      return await ask(attempt, candidates, records, (each) => expected.get(each)?.())
    } finally {
      for (const leave of expected.values()) leave()
    }
  }

  async function ask(
    attempt: LoginAttempt,
    candidates: readonly AskedSource[],
    records: boolean,
    leave: (asked: AskedSource) => void,
  ): Promise<ChainResult> {
    const trail: TrailStep[] = []
    const hasHome = homeSources && homeSource !== 'ignore' && candidates === ordered
    const { name, records: isRecordable } = (hasHome && nameWithHome(attempt.username)) || NO_HOME
    let home: string | undefined
    let isRecorded = false
    try {
      if (homeSources && name !== undefined) ({ home, isRecorded } = await findHome(homeSources, name))
    } catch (cause) {
      return { outcome: 'unavailable', trail: [homeUnknown(cause)] }
    }
    const found: string[] = []
    for (const each of homeFirst(candidates, home)) {
      const startedAt = performance.now()
      const answer = await each.authenticate(attempt)
      leave(each)
      trail.push(trailStep(each.source, answer, performance.now() - startedAt))
      const id = foundIn(answer)
      if (id !== undefined) found.push(userId(each.source.name, id))
      if (answer.outcome === 'accepted') {
        const source = each.source.name
        try {
          if (records && isRecordable && !isRecorded) await homeSources?.record(name, source)
        } catch (cause) {
          return { outcome: 'unavailable', trail: [...trail, homeUnknown(cause)] }
        }
        return { outcome: 'accepted', source, account: answer.account, trail, found }
      }
      if (endsHere(each, answer, home)) break
    }
    const refusal = await refuseAfter(trail, attempt, candidates)
    return found.length > 0 ? { ...refusal, found } : refusal
  }

  return {
    sources: Object.freeze(ordered.map(({ source }) => source)),
    hasSource: (name) => byName.has(name),

    authenticate: (submitted) => authenticate(submitted, true),
    explain: (submitted) => authenticate(submitted, false),

    refuse(submitted, { trail }) {
      const { attempt, candidates } = route(submitted)
      return refuseAfter(trail, attempt, candidates)
    },

    circuits: () => ordered.map(({ source, circuit }) => ({ source: source.name, circuit: circuit.state })),

    mayBeDown: (submitted) => route(submitted).candidates.some((each) => each.isDown),

    async isDown(submitted) {
      const { attempt, candidates } = route(submitted)
      const down = candidates.filter((each) => each.isDown)
      const still = await Promise.all(down.map((each) => each.isStillDown(attempt)))
      return still.some(Boolean)
    },

    async lookup(id) {
      const { source: name, accountId } = splitUserId(id)
      const home = byName.get(name)
      return home ? home.lookup(accountId) : unknown()
    },
  }
}

export interface ChainRules {
  /** While it is given, it answers every login; the others still say how their accounts stand. */
  readonly onlyOneAsked?: UserSource | undefined
  readonly homeSources?: HomeSources | undefined
  readonly homeSource?: HomeSourceRule | undefined
}

const NO_HOME = { name: undefined, records: false } as const

function homeUnknown(cause: unknown): TrailStep {
  return { source: '(home sources)', outcome: 'unavailable', reason: reasonOf(cause), milliseconds: 0 }
}

/** A longer timer of Node's would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const BUSY = 'not asked: it has more logins to answer than it has room for'

/** The id of the account that an answer is about. */
function foundIn(answer: Outcome): string | undefined {
  if (answer.outcome === 'accepted') return answer.account.id
  const id: unknown = answer.outcome === 'rejected' || answer.outcome === 'blocked' ? answer.accountId : undefined
  return typeof id === 'string' && id !== '' ? id : undefined
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
