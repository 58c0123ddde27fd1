import { type Auth, createAuth, defineUserSource, generateSecret, type UserSource } from 'ostiary'
import { localUsers, openDatabase, sqlHomeSources } from 'ostiary/sql'
import { testRequest } from 'ostiary/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { DEFAULT_POLICY } from '../ldap/directory.ts'
import { type OpenLdap, openLdap } from '../ldap/open-ldap.ts'
import { sourceOver } from '../ldap/sign-in.ts'

// The time of a refusal tells nobody who exists. A thousand tries for each pair of names, one name after the other.

const TRIES = 1000
/** How many people try at once. */
const AT_ONCE = 5
const NO_LIMITS = {
  account: { attempts: 1_000_000, undelayed: 1_000_000, longTerm: { attempts: 1_000_000 } },
  client: false,
  overall: false,
} as const

let directory: OpenLdap
beforeAll(async () => {
  directory = await openLdap({ mostFailures: 1_000_000 })
})
afterAll(() => directory?.remove())

async function open(sources: UserSource[], options: Partial<Parameters<typeof createAuth>[0]> = {}): Promise<Auth> {
  const auth = createAuth({
    roles: [],
    sources,
    sessions: { secret: generateSecret() },
    throttle: NO_LIMITS,
    audit: { record() {} },
    ...options,
  })
  onTestFinished(() => auth.close())
  await auth.ready()
  return auth
}

async function openPeople() {
  const database = openDatabase('sqlite::memory:')
  onTestFinished(() => database.close())
  const users = localUsers(database, { authoritative: true })
  await users.ready?.()
  for (const username of ['anna', 'gone']) await users.add({ username, password: 'correct horse battery' })
  await users.disable('gone')
  return { database, users }
}

const knock = (auth: Auth, username: string) => {
  const form = { username, password: 'wrong', persistent: false, next: undefined, fields: {} }
  const request = testRequest({ clientAddress: '192.0.2.1' })
  return auth.signIn(form, request, null)
}

/** The milliseconds of each try, for either name. */
async function timesOf(auth: Auth, one: string, other: string): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []]
  let next = 0
  const person = async () => {
    for (let index = next++; index < TRIES; index = next++) {
      const which = index % 2 === 0 ? 0 : 1
      const startedAt = performance.now()
      await knock(auth, which === 0 ? one : other)
      times[which].push(performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, person))
  return times
}

/**
 * How often a time of one name is longer than one of the other (Mann and Whitney): a half, when there is no difference.
 * Of 500 and 500, one in a thousand is further than 0.06 from that by chance.
 */
function difference([one, other]: [number[], number[]]): number {
  const ranked = [...one.map((time) => [time, 0]), ...other.map((time) => [time, 1])].sort(([a = 0], [b = 0]) => a - b)
  let ranks = 0
  for (const [index, [, which]] of ranked.entries()) if (which === 0) ranks += index + 1
  return Math.abs((ranks - (one.length * (one.length + 1)) / 2) / (one.length * other.length) - 0.5)
}

const LEAST = 0.06

describe('the time of a refusal is the same', () => {
  test('for a name that a directory knows, and one that it does not', async () => {
    const auth = await open([sourceOver(directory, { passwordPolicy: DEFAULT_POLICY })])
    expect(difference(await timesOf(auth, 'alice', 'nobody'))).toBeLessThan(LEAST)
  })

  test.each([
    ['somebody known', 'anna'],
    ['somebody who is disabled', 'gone'],
  ])('for %s to authoritative local users before a directory, and for nobody', async (_, name) => {
    const { users } = await openPeople()
    const auth = await open([users, sourceOver(directory, { passwordPolicy: DEFAULT_POLICY })])
    expect(difference(await timesOf(auth, name, 'nobody'))).toBeLessThan(LEAST)
  })

  test('for a name with a home, where home is the only one that is asked, and for one without', async () => {
    const { users, database } = await openPeople()
    const homeSources = sqlHomeSources(database)
    const auth = await open([sourceOver(directory, { passwordPolicy: DEFAULT_POLICY }), users], {
      homeSources,
      homeSource: 'only',
    })
    await homeSources.record('alice', 'ldap')
    expect(difference(await timesOf(auth, 'alice', 'nobody'))).toBeLessThan(LEAST)
  })

  test('where a source takes longer for those whom it knows than a refusal takes at least', async () => {
    const slow = defineUserSource('slow', async ({ username }) => {
      await new Promise((resolve) => setTimeout(resolve, username === 'anna' ? 150 : 5))
      return null
    })
    const auth = await open([slow], { throttle: { ...NO_LIMITS, refusalFloor: '100ms' } })
    // It has been seen once.
    await knock(auth, 'anna')
    expect(difference(await timesOf(auth, 'anna', 'nobody'))).toBeLessThan(LEAST)
  })
})
