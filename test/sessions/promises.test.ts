import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GRACE, IDLE, LEASE, openCluster, SKEW } from './small-cluster.ts'

// Whatever happens in whatever order on two nodes: what is promised of sessions holds, checked against a model that knows
// the true time of everything.

type Cluster = Awaited<ReturnType<typeof openCluster>>

/** A session as it truly is. */
interface Truth {
  readonly id: string
  readonly name: string
  readonly persistent: boolean
  readonly expiresAt: number
  /** What the browser has. */
  cookie: string
  readonly oldCookies: string[]
  usedAt: number
  revokedAt: number | undefined
}

interface World extends Cluster {
  readonly sessions: Truth[]
  /** By name, when the role last changed and all nodes were told. */
  readonly roleChangedAt: Map<string, number>
  /** What came of it, so that a test that never gets anywhere is noticed. */
  readonly seen: Map<string, number>
}

type Step = (world: World) => Promise<void> | void

const PEOPLE = ['anna', 'bert'] as const

function count(world: World, what: string): void {
  world.seen.set(what, (world.seen.get(what) ?? 0) + 1)
}

const signIn =
  (node: 0 | 1, name: string, persistent: boolean): Step =>
  async (world) => {
    const at = world.nodes[node]
    const answer = await at.signIn(name, persistent)
    if (answer === 'unavailable') return expect(at.isDown()).toBe(true)
    // Nothing was revoked meanwhile.
    if (answer === 'ended') return expect.fail('A login was refused for nothing.')
    const { session, cookie } = answer
    world.sessions.push({
      id: session.id,
      name,
      persistent,
      expiresAt: session.expiresAt,
      cookie,
      oldCookies: [],
      usedAt: world.clock(),
      revokedAt: undefined,
    })
  }

const visit =
  (node: 0 | 1, which: number, old: number | null): Step =>
  async (world) => {
    const truth = world.sessions[which % Math.max(world.sessions.length, 1)]
    if (!truth) return
    const at = world.nodes[node]
    const now = world.clock()
    const cookie = old === null ? truth.cookie : truth.oldCookies[old % Math.max(truth.oldCookies.length, 1)]
    if (cookie === undefined) return
    const readable = world.isReadable(cookie)
    const answer = await at.visit(truth.name, cookie)

    if (answer === 'unavailable') {
      count(world, 'unavailable')
      expect(at.isDown(), 'an outage without an outage').toBe(true)
      return
    }
    if (answer === 'ended') {
      count(world, 'ended')
      const expired = at.now() >= truth.expiresAt
      const idle = !truth.persistent && now - truth.usedAt >= IDLE - SKEW
      const excused = truth.revokedAt !== undefined || expired || idle || !readable || old !== null
      expect(excused, 'a session that nothing had happened to was refused').toBe(true)
      return
    }
    count(world, old === null ? 'believed' : 'believed by an old cookie')
    expect(answer.session.id).toBe(truth.id)
    expect(readable, 'a cookie under a key that was taken away was believed').toBe(true)
    expect(at.now(), 'believed after its end').toBeLessThan(truth.expiresAt)
    const lag = at.isDown() ? LEASE + GRACE : LEASE
    if (truth.revokedAt !== undefined) {
      count(world, 'believed although revoked, within the bound')
      expect(at.isCut(), 'a revoked session was believed by a node that had heard of it').toBe(true)
      expect(now - truth.revokedAt, 'a revoked session was believed for too long').toBeLessThan(lag + SKEW)
    }
    if (answer.session.account.roles[0] !== world.roleOf(truth.name)) {
      count(world, 'an old role, within the bound')
      expect(at.isCut(), 'an old role was believed by a node that had heard of the change').toBe(true)
      expect(now - (world.roleChangedAt.get(truth.name) ?? 0)).toBeLessThan(lag + SKEW)
    }
    if (answer.cookie !== cookie) expect(world.sealedWithCurrent(answer.cookie)).toBe(true)
    if (old !== null) return
    truth.usedAt = now
    if (answer.cookie === cookie) return
    truth.oldCookies.push(truth.cookie)
    truth.cookie = answer.cookie
  }

const revoke =
  (node: 0 | 1, what: 'session' | 'user' | 'all', which: number): Step =>
  async (world) => {
    const at = world.nodes[node]
    const truth = world.sessions[which % Math.max(world.sessions.length, 1)]
    const name = PEOPLE[which % PEOPLE.length] as string
    if (what === 'session' && !truth) return
    const target = { session: { session: truth?.id ?? '' }, user: { user: `local:${name}` }, all: 'all' as const }[what]
    try {
      await at.sessions.revoke(target)
    } catch {
      return expect(at.isDown()).toBe(true)
    }
    for (const each of world.sessions) {
      const concerned = what === 'all' || (what === 'user' ? each.name === name : each === truth)
      if (concerned) each.revokedAt ??= world.clock()
    }
  }

const changeRole =
  (node: 0 | 1, name: string, role: string): Step =>
  async (world) => {
    const at = world.nodes[node]
    if (at.isDown()) return
    if (world.roleOf(name) === role) return
    world.changeRole(name, role)
    world.roleChangedAt.set(name, world.clock())
    await at.sessions.markStale(`local:${name}`)
  }

/** What chance alone rarely leads to: something happens on one node, and the other, which is cut off, is asked. */
const unheard =
  (deaf: 0 | 1, which: number, aRole: boolean, seconds: number): Step =>
  async (world) => {
    const other = deaf === 0 ? 1 : 0
    world.nodes[deaf].cut()
    const truth = world.sessions[which % Math.max(world.sessions.length, 1)]
    if (!truth) return
    await visit(deaf, which, null)(world)
    if (aRole) await changeRole(other, truth.name, world.roleOf(truth.name) === 'Viewer' ? 'Editor' : 'Viewer')(world)
    else await revoke(other, 'session', which)(world)
    if (seconds > 0) world.clock.advance(seconds)
    await visit(deaf, which, null)(world)
  }

const node = fc.constantFrom(0 as const, 1 as const)
const name = fc.constantFrom(...PEOPLE)
const which = fc.nat({ max: 30 })

const step: fc.Arbitrary<{ readonly text: string; readonly run: Step }> = fc.oneof(
  { weight: 4, arbitrary: tell('signIn', fc.tuple(node, name, fc.boolean()), (given) => signIn(...given)) },
  {
    weight: 12,
    arbitrary: tell('visit', fc.tuple(node, which, fc.option(fc.nat({ max: 9 }), { freq: 4 })), (given) =>
      visit(...given),
    ),
  },
  {
    weight: 3,
    arbitrary: tell('revoke', fc.tuple(node, fc.constantFrom('session', 'session', 'user', 'all'), which), (given) =>
      revoke(...(given as [0 | 1, 'session' | 'user' | 'all', number])),
    ),
  },
  {
    weight: 2,
    arbitrary: tell('role', fc.tuple(node, name, fc.constantFrom('Viewer', 'Editor')), (given) => changeRole(...given)),
  },
  {
    weight: 6,
    arbitrary: tell(
      'wait',
      fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 1500 }), fc.constantFrom(59, 60, 43_200)),
      (seconds) =>
        ({ clock }) =>
          clock.advance(seconds),
    ),
  },
  {
    weight: 2,
    arbitrary: tell('unheard', fc.tuple(node, which, fc.boolean(), fc.nat({ max: 90 })), (given) => unheard(...given)),
  },
  {
    weight: 2,
    arbitrary: tell(
      'cut',
      node,
      (at) =>
        ({ nodes }) =>
          nodes[at].cut(),
    ),
  },
  {
    weight: 2,
    arbitrary: tell(
      'mend',
      node,
      (at) =>
        ({ nodes }) =>
          nodes[at].mend(),
    ),
  },
  {
    weight: 2,
    arbitrary: tell(
      'down',
      node,
      (at) =>
        ({ nodes }) =>
          nodes[at].goDown(true),
    ),
  },
  {
    weight: 3,
    arbitrary: tell(
      'up',
      node,
      (at) =>
        ({ nodes }) =>
          nodes[at].goDown(false),
    ),
  },
  { weight: 1, arbitrary: tell('rotate', fc.constant(null), () => (world) => world.rotate()) },
  { weight: 1, arbitrary: tell('drop', fc.constant(null), () => (world) => world.dropOldSecrets()) },
)

/** A step that can be read in a counterexample. */
function tell<T>(what: string, given: fc.Arbitrary<T>, make: (given: T) => Step) {
  return given.map((each) => ({ text: `${what} ${JSON.stringify(each)}`, run: make(each), toString: () => what }))
}

test('a revoked session is never believed past the bound, and one that is neither revoked nor expired never refused', async () => {
  const seen = new Map<string, number>()
  const quiet = process.emitWarning
  process.emitWarning = () => {}
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
        const world: World = { ...(await openCluster()), sessions: [], roleChangedAt: new Map(), seen }
        // In every story there is somebody to tell of.
        await signIn(0, 'anna', true)(world)
        for (const { run } of steps) await run(world)
      }),
      { numRuns: 400 },
    )
  } finally {
    process.emitWarning = quiet
  }
  // The stories do lead to all of these places.
  for (const place of [
    'believed',
    'ended',
    'unavailable',
    'believed by an old cookie',
    'believed although revoked, within the bound',
    'an old role, within the bound',
  ])
    expect(seen.get(place) ?? 0, place).toBeGreaterThan(20)
}, 120_000)
