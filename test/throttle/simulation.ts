import { createAuth, defineUserSource, generateSecret, rejected, type ThrottleStore, unavailable } from 'ostiary'
import { type FixedClock, fixedClock, testRequest } from 'ostiary/testing'

// Attackers who guess at one account for days, and its owner, who wants to sign in. A clock that is moved makes days of it.

export interface Simulation {
  readonly days: number
  /** The addresses that guess at once. They guess as often as they are let, or rest for as long. */
  readonly attackers: readonly string[]
  readonly restSeconds?: number
  /** Another address for each guess. */
  readonly fresh?: boolean
  /** Whether the other source is down at this second. Default: never. */
  readonly isDown?: (second: number) => boolean
  /** Whether the attackers guess at this second. Default: always. */
  readonly guessesAt?: (second: number) => boolean
  /** Where the owner signs in from. */
  readonly owner?: string
  /** Whether the owner's browser has signed in before, and keeps its cookies. */
  readonly ownerIsKnown?: boolean
  readonly stepSeconds?: number
  readonly storeOf?: (clock: FixedClock) => ThrottleStore
  /** Moves the time of a store that has its own. */
  readonly letPass?: (seconds: number) => Promise<void>
}

export interface Findings {
  /** Guesses at the account that a source judged, the most in any 24 hours and in any seven days. */
  readonly calm: Most
  readonly outage: Most
  /** Both of them. */
  readonly together: Most
  /** How many tries the owner needed on each day; `Infinity` where four did not do. */
  readonly tries: readonly number[]
}

export interface Most {
  readonly day: number
  readonly week: number
  readonly all: number
}

const DAY = 86_400
const OWNER = 'anna'
const RIGHT = 'the right one'

export async function simulate(simulation: Simulation): Promise<Findings> {
  const {
    days,
    attackers,
    restSeconds = 0,
    fresh = false,
    isDown = () => false,
    stepSeconds = 300,
    guessesAt = () => true,
  } = simulation
  const { owner = '203.0.113.9', ownerIsKnown = false, letPass = async () => {} } = simulation
  const clock = fixedClock()
  const start = clock()
  const second = () => (clock() - start) / 1000
  const judged = { calm: [] as number[], outage: [] as number[], together: [] as number[] }
  const people = defineUserSource('people', async ({ username, password }) => {
    if (username !== OWNER) return null
    if (password === RIGHT) return { name: OWNER }
    judged[isDown(second()) ? 'outage' : 'calm'].push(second())
    judged.together.push(second())
    return rejected({ accountId: OWNER })
  })
  const other = defineUserSource('other', async () => (isDown(second()) ? unavailable(new Error('down')) : null))
  const auth = createAuth({
    roles: [],
    sources: [people, other],
    sessions: { secret: generateSecret() },
    throttle: {
      wait: async () => {},
      refusalFloor: 0,
      ...(simulation.storeOf && { store: simulation.storeOf(clock) }),
    },
    audit: { record() {} },
    clock,
  })
  await auth.ready()
  const connection = { https: true, host: 'app.example.org' }
  let cookieHeader: string | undefined

  function attempt(clientAddress: string, password: string, cookie?: string) {
    const form = { username: OWNER, password, persistent: false, next: undefined, fields: {} }
    const request = testRequest({ clientAddress, headers: { cookie } })
    return auth.signIn(form, request, null)
  }

  /** Whether the owner comes in. A browser that keeps its cookies is known from then on. */
  async function ownerComesIn(): Promise<boolean> {
    const result = await attempt(owner, RIGHT, ownerIsKnown ? cookieHeader : undefined)
    if (result.outcome !== 'signed-in') return false
    cookieHeader = auth.setCookies(result, connection)[1]?.split(';')[0]
    return true
  }

  const tries = await live()
  await auth.close()
  const { calm, outage, together } = judged
  return { calm: mostOf(calm), outage: mostOf(outage), together: mostOf(together), tries }

  async function live(): Promise<number[]> {
    const tries: number[] = []
    const nextGuess = attackers.map(() => 0)
    let [freshest, ownerTries] = [0, 0]
    let ownerTriesAt = ownerIsKnown ? 0 : someHour(0)
    for (let now = 0; now < days * DAY; now += stepSeconds) {
      const day = Math.floor(now / DAY)
      if (now >= ownerTriesAt) {
        ownerTries += 1
        const isIn = await ownerComesIn()
        if (isIn || ownerTries === 4) {
          tries.push(isIn ? ownerTries : Number.POSITIVE_INFINITY)
          ownerTries = 0
          ownerTriesAt = (day + 1) * DAY + someHour(day + 1)
        } else ownerTriesAt = now + 3 * 3600
      }
      for (const [index, address] of guessesAt(now) ? attackers.entries() : []) {
        for (let guess = 0; guess < MOST_A_STEP && now >= (nextGuess[index] ?? 0); guess += 1) {
          freshest += 1
          const result = await attempt(fresh ? freshAddress(freshest) : address, 'wrong')
          // Sooner than it is told to, lest it misses that an outage has begun.
          if (result.outcome === 'throttled') nextGuess[index] = now + Math.min(result.retryAfterSeconds, SOON)
          else if (restSeconds > 0) nextGuess[index] = now + restSeconds
        }
      }
      clock.advance(stepSeconds)
      await letPass(stepSeconds)
    }
    return tries
  }
}

const SOON = 7200
/** Far more than is let through. */
const MOST_A_STEP = 25

/** An hour of the day that differs from day to day, and is the same in each run. */
const someHour = (day: number) => ((day * 7919 + 13) % 17) * 3600

/** One address in each of so many networks. */
export const addresses = (count: number): string[] => Array.from({ length: count }, (_, index) => `198.18.${index}.7`)

const freshAddress = (index: number) => `${20 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.1`

function mostOf(times: readonly number[]): Most {
  const within = (seconds: number) => {
    let [most, first] = [0, 0]
    for (const [index, time] of times.entries()) {
      while ((times[first] ?? 0) <= time - seconds) first += 1
      most = Math.max(most, index - first + 1)
    }
    return most
  }
  return { day: within(DAY), week: within(7 * DAY), all: times.length }
}

/** How a simulation ended, as a row of a table. */
export function rowOf(what: string, { calm, outage, tries }: Findings) {
  const isIn = tries.filter((count) => count !== Number.POSITIVE_INFINITY)
  return {
    what,
    'calm: a day': calm.day,
    'a week': calm.week,
    'in all': calm.all,
    'outages: a day': outage.day,
    'a week ': outage.week,
    'in all ': outage.all,
    'owner: days in': `${isIn.length} of ${tries.length}`,
    'tries at most': Math.max(...tries),
  }
}
